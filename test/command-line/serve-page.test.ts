import { get, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type PageServer, servePage } from '../../src/command-line/serve-page.js';
import { renderPage } from '../../src/report/page/page.js';
import { encodePageData, type PageData } from '../../src/report/page/page-data.js';
import { classificationRows } from '../report/example-rows.js';
import { chromiumPath, drawn, launchChromium, runOfRows } from '../report/page/chromium.js';

let server: PageServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const served = { page: async () => '<p>page</p>', data: async () => 'data', version: () => '1' };

/** Asks as no browser would: the path goes out as it is. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = new URL(server!.url);
  return new Promise<{ status: number; body: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
    });
    asked.on('error', reject);
  });
}

describe('a page that is served', () => {
  it('has the page and its data, on this machine alone, and keeps no copy in the browser', async () => {
    server = await servePage(served, 0);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await ask('/')).toMatchObject({ status: 200, body: '<p>page</p>' });
    const { body, headers } = await ask('/data');
    expect([body, headers['cache-control']]).toEqual(['data', 'no-store']);
  });

  it('gives out no file, however the path is written', async () => {
    server = await servePage(served, 0);
    const paths = [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '//etc/passwd',
    ];
    for (const path of [
      ...paths,
      '/journal.jsonl',
      '/package.json',
      '/\\..\\..\\etc',
      '/data/../../x',
      '/?/../x',
    ])
      expect((await ask(path)).status).toBe(404);
  });

  it('answers nobody who came here under the name of another host, and changes nothing', async () => {
    server = await servePage(served, 0);
    expect((await ask('/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { host: '127.0.0.1.evil.example:80' })).status).toBe(403);
    expect((await ask('/', {}, 'POST')).status).toBe(405);
  });

  it('says what to do when the port is taken', async () => {
    server = await servePage(served, 0);
    await expect(servePage(served, Number(new URL(server.url).port))).rejects.toThrow(
      /port is taken[\s\S]*--port/,
    );
  });

  it('says that the page cannot be made, and not how the program is built', async () => {
    const broken = async (): Promise<string> => {
      throw new Error('secret');
    };
    server = await servePage({ ...served, page: broken }, 0);
    expect(await ask('/')).toMatchObject({ status: 500, body: 'The page cannot be made.' });
  });

  it.skipIf(chromiumPath === undefined)(
    'brings an open page up to date when a trial ends',
    async () => {
      let count = 3;
      const data = (): PageData => ({
        runs: [runOfRows(classificationRows().slice(0, count), { planned: 5 })],
        live: true,
      });
      server = await servePage(
        {
          page: () => renderPage(data()),
          data: async () => encodePageData(data()),
          version: () => String(count),
        },
        0,
        50,
      );
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text());
        });
        await page.goto(server.url);
        await drawn(page);
        expect(await page.locator('.counts').textContent()).toContain('2 more are still to come');
        expect(await page.locator('#trials tbody tr').count()).toBe(3);
        count = 4;
        await drawn(page, 1);
        expect(await page.locator('#trials tbody tr').count()).toBe(4);
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});

/** Debian's Chromium, where it is installed, and pages in it that tell everything they complain about. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { renderPage } from '../../../src/report/page/page.js';
import { type PageData, type PageRun, pageRun, trialsOfRows } from '../../../src/report/page/page-data.js';
import type { TrialRow } from '../../../src/report/trial-row.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined where there is none: the tests that need one are skipped. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM ?? '', ...PLACES].find(
  (path) => path !== '' && existsSync(path),
);

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] });
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors of scripts and of the console, and addresses that were asked for. */
  readonly complaints: string[];
  readonly htmlBytes: number;
  /** Processor time of the page until everything is drawn: other programs do not count. */
  readonly processorSeconds: number;
  close(): Promise<void>;
}

/** Rows as a run, with timings where a test needs them. */
export function runOfRows(rows: readonly TrialRow[], more: Parameters<typeof pageRun>[2] = {}): PageRun {
  const trials = trialsOfRows(rows).map((trial) => ({
    ...trial,
    baselineMs: [75, 76, 74.5],
    variantMs: [51, 52, 50.5],
  }));
  return pageRun(rows[0]?.experiment ?? 'nothing', trials, more);
}

/** Opens a page from the disk, as a reader does, and waits until its charts are drawn. */
export async function openPage(
  browser: Browser,
  runs: PageData['runs'],
  { fragment = '', width = 1200, theme = 'light' as 'light' | 'dark' } = {},
): Promise<OpenedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'turbo-page-'));
  const file = join(folder, 'report.html');
  const html = await renderPage({ runs, live: false });
  await writeFile(file, html);
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`request to ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`${pathToFileURL(file).href}${fragment}`);
  await drawn(page);
  const { metrics } = await session.send('Performance.getMetrics');
  return {
    ...{
      page,
      complaints,
      htmlBytes: Buffer.byteLength(html),
      processorSeconds: metrics.find(({ name }) => name === 'TaskDuration')!.value,
    },
    async close() {
      await context.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits until everything is drawn, after a change once more. */
export async function drawn(page: Page, later = 0): Promise<void> {
  await page.waitForFunction((least) => Number(document.body.dataset.drawn ?? 0) > least, later, {
    timeout: 0,
  });
}

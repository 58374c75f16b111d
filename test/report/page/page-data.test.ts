import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loneCommand } from '../../../src/report/page/lone-command.js';
import { matchedTrials } from '../../../src/report/page/matched-trials.js';
import { renderPage } from '../../../src/report/page/page.js';
import { encodePageData, type PageData, pageRun, trialsOfRows } from '../../../src/report/page/page-data.js';
import { exampleRow } from '../example-rows.js';
import { captionRows, HOSTILE } from './page-rows.js';

const trial = { ...trialsOfRows([exampleRow({ trial: 'a' })])[0]!, variantMs: [3, 1, 2] };

describe('the data of a page', () => {
  it('come back as they went in, and hold no character that HTML gives a meaning to', () => {
    const data: PageData = { runs: [pageRun(HOSTILE.script, [trial])], live: false };
    const text = encodePageData(data);
    expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString())).toEqual(data);
  });

  it('keep all timings of a few trials, and evenly spaced ones with both ends of many', () => {
    expect(pageRun('few', [trial]).trials[0]!.variantMs).toEqual([3, 1, 2]);
    const timings = Array.from({ length: 999 }, (_, at) => at);
    const many = Array.from({ length: 2000 }, () => ({ ...trial, variantMs: timings }));
    const kept = pageRun('many', many).trials[0]!.variantMs;
    expect([kept.length, kept[0], kept[7], kept.at(-1)]).toEqual([15, 0, 499, 998]);
  });

  it('hold pictures that a trial shows, and no others', () => {
    const picture = (key: string) => [key, { key, jpegBase64: key }] as const;
    const run = pageRun('x', trialsOfRows(captionRows('p1')), {
      pictures: new Map([picture('p1'), picture('p2')]),
    });
    expect(run.pictures).toEqual({ p1: 'p1' });
  });
});

describe('the page as a file', () => {
  it('allows the scripts that it holds and nothing else, and is the same bytes each time', async () => {
    const html = await renderPage({ runs: [pageRun(HOSTILE.markup, [trial])], live: false });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy.match(/sha256-/g)).toHaveLength(html.match(/<script>/g)!.length);
    expect(html).not.toContain(HOSTILE.markup);
    expect(await renderPage({ runs: [pageRun(HOSTILE.markup, [trial])], live: false })).toBe(html);
    expect(Buffer.byteLength(html)).toBeLessThan(1.2e6);
  });
});

describe('the command for one trial alone', () => {
  it('is safe to paste, whatever the experiment is called', () => {
    const row = exampleRow({ trial: 'ab12', experiment: "it's; rm -rf ~" });
    expect(loneCommand(row, { provenance: null, reproduction: null })).toBe(
      "npx turbo-bench run 'experiments/it'\\''s; rm -rf ~.yaml' --only ab12 --fresh --out reports/it-s-rm-rf-ab12",
    );
  });
});

describe('trials of two runs', () => {
  it('stand beside each other by method and parameters, whatever their order', () => {
    const row = (name: string, method: string, parameters = {}) =>
      exampleRow({ trial: name, method, parameters });
    const a = [row('a1', 'none'), row('a2', 'turbo', { alpha: 1, tokensPerLayer: 8 }), row('a3', 'tome')];
    const b = [
      row('b1', 'turbo', { tokensPerLayer: 8, alpha: 1, beta: null }),
      row('b2', 'none'),
      row('b3', 'random'),
    ];
    expect(matchedTrials(a, b).map((pair) => pair.map((one) => one?.trial))).toEqual([
      ['a1', 'b2'],
      ['a2', 'b1'],
      ['a3', undefined],
      [undefined, 'b3'],
    ]);
  });
});

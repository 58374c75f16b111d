import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHARTS } from '../../../src/report/charts/registry.js';
import { tradeOff } from '../../../src/report/charts/trade-off.js';
import { renderSvg } from '../../../src/report/render.js';
import { classificationRows } from '../example-rows.js';
import { withAlphas } from '../merging/small-picture.js';
import { chromiumPath, drawn, launchChromium, openPage, runOfRows } from './chromium.js';
import { beside, exampleRun } from './example-run.js';
import { HOSTILE } from './page-rows.js';

describe.skipIf(chromiumPath === undefined)('the report page in Chromium', { timeout: 240_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());

  it('answers the question, draws every chart, complains of nothing and asks nobody', async () => {
    const { page, complaints, htmlBytes, close } = await openPage(browser, [exampleRun]);
    expect(await page.locator('h1').textContent()).toBe(
      'How far can this model be pushed, and what is lost?',
    );
    expect(await page.locator('.answer').first().textContent()).toContain(
      'Turbo, r = 8, from block = 0, α = 5 keeps 99.2 % of top-1 at 1.34× (1.32–1.35).',
    );
    const charts = CHARTS.flatMap((definition) => definition.draw(classificationRows()));
    expect(await page.locator('.chart[data-drawn] svg').count()).toBe(charts.length);
    expect(await page.locator('#invalid').textContent()).toContain('timings scatter by 14.2 %');
    expect(complaints).toEqual([]);
    expect(htmlBytes).toBeLessThan(3e6);
    await close();
  });

  it('draws the trade-off of the files, point by point', async () => {
    const { page, close } = await openPage(browser, [exampleRun], { width: 828 });
    const chart = page.locator('#trade-off .chart svg');
    const marks = /class="[^"]*mark-symbol role-mark[^>]*>(.*?)<\/g>/g;
    const places = (svg: string): number[] =>
      [...svg.matchAll(marks)].flatMap(([, inside]) =>
        [...inside!.matchAll(/translate\(([\d.]+),([\d.]+)\)/g)].flatMap(([, x, y]) => [
          Number(x),
          Number(y),
        ]),
      );
    const onPage = places(await chart.evaluate((svg) => svg.outerHTML));
    const inFile = places(await renderSvg(tradeOff.draw(classificationRows())[0]!.spec));
    expect(inFile.length).toBeGreaterThan(40);
    // The browser sets the legend a pixel or two wider or narrower. The page adds a ring around its answer, which comes last.
    for (const [at, place] of inFile.entries()) expect(Math.abs(place - onPage[at]!)).toBeLessThan(3);
    await close();
  });

  it('shows all of a trial at a click on its point or its row, and closes again', async () => {
    const { page, complaints, close } = await openPage(browser, [exampleRun]);
    await page.locator('#trade-off .mark-symbol.role-mark path').nth(3).click();
    const card = page.locator('dialog');
    await card.locator('.chart[data-drawn]').nth(1).waitFor();
    expect(await card.locator('h2').textContent()).toMatch(/^Turbo, r = \d+/);
    await page.waitForURL(/trial=/);
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await page.waitForURL((url) => !url.hash.includes('trial='));
    await page.locator('#trials tr[data-trial="pruning-12"] button').press('Enter');
    const text = await card.textContent();
    expect(text).toContain('Not valid: timings scatter by 14.2 %');
    expect(text).toContain(
      "npx turbo-bench run 'experiments/my '\\''own'\\''.yaml' --only pruning-12 --limit 60 --fresh --out",
    );
    expect(text).toContain('onnxruntime-node 1.30.0');
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows what is merged in a picture, at every layer and α, and marks the token that is pointed at', async () => {
    const { page, complaints, close } = await openPage(browser, [
      runOfRows(classificationRows(), { merging: [withAlphas([0, 5])] }),
    ]);
    const merging = page.locator('#merging');
    const captions = () => merging.locator('figcaption').allTextContents();
    const [layer, alpha] = [
      merging.locator('input[type=range]').first(),
      merging.locator('input[type=range]').last(),
    ];
    expect(await captions()).toEqual(['6 → 5 tokens', '6 tokens']);
    await layer.press('Home');
    expect(await captions()).toEqual(['7 → 6 tokens', '7 → 6 tokens']);
    expect(await merging.locator('.cells .quiet').first().textContent()).toBe('r = 1, α = 5');
    await alpha.press('Home');
    expect(await merging.locator('.cells .quiet').first().textContent()).toBe('r = 1, α = 0');
    await merging.locator('svg').first().focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    expect(await captions()).toEqual(['a token of 2 patches, S 0.1', 'a token of 1 patch, S 0.1']);
    await merging.getByLabel('semantic').check();
    expect(await merging.locator('.heat').textContent()).toContain('S, attention to a token');
    expect(complaints).toEqual([]);
    await close();
  });

  it('filters and sorts the table, strikes out what is not valid, and keeps the choice in the address', async () => {
    const { page, close } = await openPage(browser, [exampleRun]);
    const methods = (): Promise<string[]> => page.locator('#trials tbody th').allTextContents();
    expect(await methods()).toHaveLength(27);
    await page.getByLabel('Contains').fill('scatter');
    expect(await methods()).toEqual(['Pruning']);
    expect(await page.locator('#trials tbody tr s').first().textContent()).toBe('Pruning');
    await page.getByLabel('Contains').fill('');
    await page.getByLabel('Status').selectOption('valid');
    await page.locator('#trials').getByLabel('Method').selectOption('pruning');
    expect(await methods()).toHaveLength(3);
    await page.getByRole('button', { name: 'speed-up' }).click();
    const speeds = await page.locator('#trials tbody tr').allTextContents();
    const numbers = speeds.map((text) => Number(/([\d.]+)×/.exec(text)![1]!.slice(-4)));
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await drawn(page);
    expect(await methods()).toHaveLength(3);
    await close();
  });

  it('shows another task, model and metric when they are chosen', async () => {
    const { page, close } = await openPage(browser, [exampleRun]);
    await page.locator('#trade-off').getByLabel('Task').selectOption('retrieval on emoji-scenes');
    await drawn(page, 1);
    expect(await page.locator('#trade-off figcaption').textContent()).toContain('retrieval');
    await page.locator('#trade-off').getByLabel('Metric').selectOption('recallAt1ImageToText');
    await drawn(page, 2);
    expect(await page.locator('#trade-off .chart').textContent()).toContain('recall@1, image to text');
    expect(await page.locator('.answer[aria-pressed="true"]').textContent()).toContain('R@1 image→text');
    await page.locator('#trade-off').getByLabel('Model').selectOption('blip');
    await drawn(page, 3);
    expect(await page.locator('#samples .said').allTextContents()).toContain('the same words');
    await close();
  });

  it('shows what went wrong only after merging, with pictures, the words that changed and the rank beside every name', async () => {
    const { page, complaints, close } = await openPage(browser, [exampleRun]);
    const lost = page.locator('#lost');
    expect(await lost.locator('.said').allTextContents()).toEqual([
      HOSTILE.markup,
      'ranks 2–5',
      'a cat and a dog on the mat',
      'a fish ',
      'a cat and two dogs on a rug ',
    ]);
    expect(await lost.locator('mark').allTextContents()).toEqual([
      HOSTILE.markup,
      'ranks 2–5',
      'fish',
      'two dogs',
      'a rug',
    ]);
    expect(await lost.textContent()).toContain('31 of 2,000 samples are right without merging');
    expect(await lost.locator('.mistakes').first().textContent()).toContain('right: cat');
    const images = lost.locator('.mistakes img');
    expect(await images.evaluateAll((all) => all.map((image) => (image as HTMLImageElement).alt))).toEqual([
      'The picture of images/7.webp',
      'The left picture of images/9.webp',
      'The right picture of images/9.webp',
    ]);
    const widths = await images.evaluateAll((all) =>
      Promise.all(
        (all as HTMLImageElement[]).map(async (image) => {
          await image.decode();
          return image.naturalWidth;
        }),
      ),
    );
    expect(widths).toEqual([1, 1, 1]);
    const names = lost.locator('.mistakes .who').last().locator('span');
    expect(await names.allTextContents()).toEqual(['Turbo, r = 8, α = 5 (2)', 'ToMe, r = 8 (5)']);
    expect(await lost.locator('.statement').allTextContents()).toEqual(['Two cats.']);
    expect(await lost.textContent()).toContain('rank 1 is right');
    expect(complaints).toEqual([]);
    await close();
  });

  it('sets what was measured beside what was published, and strikes out what is not valid', async () => {
    const { page, close } = await openPage(browser, [runOfRows(classificationRows(), beside)]);
    const [compared, conditions] = [
      page.locator('#reproduction-0 table').first(),
      page.locator('#reproduction-0 table').last(),
    ];
    expect(await compared.locator('tbody td').allTextContents()).toEqual([
      ...['ViT-S/16, tome', 'top1, change, %', '−2.11', '−2.50', '−0.39', 'vit-s16, tome'],
    ]);
    expect(await compared.locator('s').allTextContents()).toEqual(['−2.50', '−0.39']);
    expect(await conditions.locator('tbody td').allTextContents()).toEqual(['device', 'V100', 'CPU']);
    await close();
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRow } from '../../../src/report/trial-row.js';
import { classificationRows } from '../example-rows.js';
import { chromiumPath, drawn, launchChromium, openPage, runOfRows } from './chromium.js';
import { beside, mistakes, pictures, provenance, rows } from './example-run.js';
import { captionRows, HOSTILE, hostileRows, manyRows } from './page-rows.js';

describe.skipIf(chromiumPath === undefined)(
  'the report page in Chromium, whatever is in it and whoever reads it',
  { timeout: 240_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    }, 60_000);
    afterAll(() => browser.close());

    it('has no serious finding of axe in light and dark, with and without a card', async () => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const small = runOfRows([...classificationRows().slice(8, 17), ...captionRows()], {
        ...{ pictures, provenance, mistakes, ...beside },
      });
      for (const theme of ['light', 'dark'] as const) {
        const { page, close } = await openPage(browser, [small], { theme });
        expect(await seriousFindings(page, axe)).toEqual([]);
        await page.locator('#trials tbody th button').first().click();
        await page.locator('dialog .chart[data-drawn]').nth(1).waitFor();
        expect(await seriousFindings(page, axe)).toEqual([]);
        await close();
      }
    });

    it('switches between dark and light, and fits a phone', async () => {
      const { page, complaints, close } = await openPage(
        browser,
        [runOfRows(rows, { ...beside, pictures, provenance, mistakes })],
        { width: 400, theme: 'dark' },
      );
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(await ground()).toBe('rgb(13, 17, 23)');
      await page.getByRole('button', { name: 'Light' }).click();
      await drawn(page, 1);
      expect(await ground()).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
      expect(complaints).toEqual([]);
      await close();
    });

    it('shows names that want to be markup as text', async () => {
      const { page, complaints, close } = await openPage(browser, [runOfRows(hostileRows())], { width: 800 });
      await page.locator('#trials tbody th button').nth(2).click();
      await page.locator('dialog .chart[data-drawn]').nth(1).waitFor();
      expect(complaints).toEqual([]);
      expect(await page.locator('img').count()).toBe(0);
      const text = await wholeText(page);
      for (const name of Object.values(HOSTILE)) expect(text).toContain(name);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(800);
      await close();
    });

    it('stands with nothing, with failures alone, with what a later version wrote, and without a picture', async () => {
      const failed = classificationRows().map(
        (row): TrialRow => ({
          ...row,
          status: 'failed',
          reason: 'out of memory',
          metrics: {},
          speedup: null,
        }),
      );
      const later = classificationRows().map((row) => ({
        ...row,
        ...{ status: row.trial === 't5-8' ? 'withdrawn' : row.status, novelty: { deep: [1] } },
        metrics: { ...row.metrics, metricOfTomorrow: 3.5 },
      })) as unknown as TrialRow[];
      const cases: [rows: readonly TrialRow[], text: string][] = [
        [[], 'The journal has no trials yet.'],
        [failed, 'No trial with a reduction gave a valid result: out of memory.'],
        [later, 'withdrawn'],
        [captionRows('no such picture'), 'The picture is missing.'],
      ];
      for (const [shown, text] of cases) {
        const { page, complaints, close } = await openPage(browser, [runOfRows(shown)]);
        expect(await wholeText(page)).toContain(text);
        expect(complaints).toEqual([]);
        await close();
      }
    });

    it('sets two runs side by side, setting by setting', async () => {
      const other = classificationRows()
        .filter(({ trial }) => trial !== 't5-8')
        .map((row) => ({
          ...row,
          trial: `b-${row.trial}`,
          metrics: { ...row.metrics, top1: row.metrics.top1! - 0.02 },
        }));
      const { page, complaints, close } = await openPage(browser, [
        runOfRows(classificationRows()),
        { ...runOfRows(other), name: 'second' },
      ]);
      expect(await page.locator('#trade-off .chart[data-drawn]').count()).toBe(2);
      const lines = await page.locator('#comparison tbody tr').allTextContents();
      expect(lines).toHaveLength(27);
      expect(lines.filter((line) => line.includes('−2.0'))).toHaveLength(26);
      expect(await page.locator('.run-name').allTextContents()).toEqual(['A: quickstart', 'B: second']);
      expect(complaints).toEqual([]);
      await close();
    });

    it('opens 2,000 trials with 20,000 samples in a few times what 27 trials take, and stays small', async () => {
      const few = await openPage(browser, [runOfRows(classificationRows())]);
      await few.close();
      const { page, complaints, htmlBytes, processorSeconds, close } = await openPage(browser, [
        runOfRows(manyRows(2000)),
      ]);
      expect(htmlBytes).toBeLessThan(3e6);
      expect(processorSeconds / few.processorSeconds).toBeLessThan(10);
      expect(await page.locator('#trials tbody tr').count()).toBe(200);
      await page.getByLabel('Contains').fill('t1999');
      expect(await page.locator('#trials tbody tr').count()).toBe(1);
      expect(complaints).toEqual([]);
      await close();
    });
  },
);

/** The words of the page and of an open card. `innerText` would leave out what is below the screen, since the page lays that out only when it is scrolled to. */
async function wholeText(page: Page): Promise<string> {
  return (await page.locator('#page, dialog').allTextContents()).join('\n');
}

/** Findings of axe, in all of the page, that keep somebody from using it. */
async function seriousFindings(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(() => {
    for (const part of document.querySelectorAll('section')) part.style.contentVisibility = 'visible';
  });
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 160))
            .join(' | ')}`,
      );
  });
}

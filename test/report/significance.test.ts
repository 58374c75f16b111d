import { describe, expect, it } from 'vitest';
import { mcNemar } from '../../src/measure/mcnemar.js';
import type { SampleOutcome } from '../../src/metrics/sample-outcome.js';
import { renderCsv } from '../../src/report/csv.js';
import { withComparisons } from '../../src/report/significance.js';
import { renderTables } from '../../src/report/tables.js';
import type { TrialRow } from '../../src/report/trial-row.js';
import { exampleRow } from './example-rows.js';

const SAMPLES = 200;

/** Right but for the samples in a range. */
function outcomes(wrong: readonly [from: number, to: number]): SampleOutcome[] {
  return Array.from({ length: SAMPLES }, (_, at) => ({
    sample: `image ${at}`,
    rank: at >= wrong[0] && at < wrong[1] ? 2 : 1,
  }));
}

function row(trial: string, method: string, top1: number, parts: Partial<TrialRow> = {}): TrialRow {
  return exampleRow({ trial, method, metrics: { top1 }, ...parts });
}

const ROWS = [
  row('base', 'none', 0.95),
  row('same', 'turbo', 0.94),
  row('worse', 'tome', 0.75),
  row('noisy', 'random', 0.5, { status: 'invalid', reason: 'noise' }),
  row('lost', 'pruning', 0.9),
];
const KEPT: Readonly<Record<string, SampleOutcome[]>> = {
  base: outcomes([0, 10]),
  same: outcomes([0, 12]),
  worse: outcomes([0, 50]),
  noisy: outcomes([0, 100]),
};
const outcomesOf = async ({ trial }: TrialRow) => KEPT[trial];

describe('rows with comparisons', () => {
  it('have the difference to the baseline with interval, mid-p and its correction', async () => {
    const rows = await withComparisons(ROWS, outcomesOf, 0);
    const worse = rows[2]!.comparisons!.top1!;
    expect(worse.difference).toBeCloseTo(-0.2, 12);
    expect(worse.low).toBeLessThan(-0.2);
    expect(worse.high).toBeGreaterThan(-0.2);
    expect(worse.high).toBeLessThan(0);
    expect(worse.pValue).toBe(mcNemar(0, 40).midP);
    expect(worse.adjustedPValue).toBe(2 * worse.pValue);
    const same = rows[1]!.comparisons!.top1!;
    expect(same.pValue).toBe(mcNemar(0, 2).midP);
    expect(same.adjustedPValue).toBe(same.pValue);
    expect(rows.filter(({ comparisons }) => comparisons === undefined).map(({ trial }) => trial)).toEqual([
      'base',
      'noisy',
      'lost',
    ]);
  });

  it('are the same whenever they are computed', async () => {
    expect(await withComparisons(ROWS, outcomesOf, 3)).toEqual(await withComparisons(ROWS, outcomesOf, 3));
  });

  it('leave out samples that one of the two lacks', async () => {
    const lacking = async (of: TrialRow) =>
      (await outcomesOf(of))?.filter((_, at) => of.trial !== 'worse' || at >= 20);
    const rows = await withComparisons(ROWS, lacking, 0);
    expect(rows[2]!.comparisons!.top1!.difference).toBeCloseTo(-30 / 180, 12);
  });

  it('show in the table what cannot be told from the baseline, and in the CSV all numbers', async () => {
    const rows = await withComparisons(ROWS, outcomesOf, 0);
    const table = renderTables(rows);
    expect(table).toContain('94.0 (−1.0)†');
    expect(table).toContain('75.0 (−20.0) ');
    expect(table).toMatch(/†: not distinguishable from the unreduced model on these samples \(p ≥ 0\.05/);
    expect(renderTables(ROWS)).not.toContain('†');
    const [head, , same] = renderCsv(rows).split('\n');
    const at = head!.split(',').indexOf('top1AdjustedPValue');
    expect(Number(same!.split(',')[at])).toBe(rows[1]!.comparisons!.top1!.adjustedPValue);
    expect(renderCsv(ROWS)).not.toContain('PValue');
  });
});

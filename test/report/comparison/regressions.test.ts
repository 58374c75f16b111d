import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/report/comparison/compare-runs.js';
import { regressions } from '../../../src/report/comparison/regressions.js';
import type { CellRecord } from '../../../src/report/comparison/run-record.js';
import { cell, record } from './recorded-cells.js';

describe('regressions', () => {
  const reference = record([cell('turbo', 30), cell('tome', 30)]);
  const run = record([
    cell('turbo', 60),
    cell('tome', 31, { speedup: { value: 1.2, low: 1.18, high: 1.22 } }),
  ]);
  const comparison = compareRuns(run, reference);

  it('are nothing without a limit', () => {
    expect(regressions(comparison, {})).toEqual([]);
  });

  it('are drops beyond the limit and beyond chance', () => {
    expect(regressions(comparison, { maxAccuracyDrop: 1 })).toEqual([
      'emoji-clip classification emoji-objects: turbo tokensPerLayer=8 alpha=5 (CPU, 2 threads, batch 8, float32): top1 fell by 7.50, at most 1 allowed',
    ]);
    expect(regressions(comparison, { maxAccuracyDrop: 0 })).toHaveLength(1);
    expect(regressions(comparison, { maxAccuracyDrop: 8 })).toEqual([]);
    expect(regressions(comparison, { maxSlowdown: 0.1 })).toMatchObject([
      /tome.*slower by 20\.0 %, at most 10 %/,
    ]);
    expect(regressions(comparison, { maxSlowdown: 0.3 })).toEqual([]);
  });

  it('are drops beyond the limit alone where samples were not kept, because chance cannot be told', () => {
    const unkept = record([cell('turbo', 30, { samples: null }), cell('tome', 30)]);
    const barely = record([cell('turbo', 31), cell('tome', 31)]);
    expect(regressions(compareRuns(barely, unkept), { maxAccuracyDrop: 0.2 })).toMatchObject([
      /turbo.*top1 fell by 0\.25/,
    ]);
  });

  it('are cells that fail now, or are invalid, whatever the limit', () => {
    const failing = record([
      cell('turbo', 30, { status: 'failed', reason: 'crash' }),
      cell('tome', 30, { status: 'invalid', reason: 'a busy machine' }),
    ]);
    const compared = compareRuns(failing, reference);
    for (const limits of [{ maxSlowdown: 1 }, { maxAccuracyDrop: 100 }])
      expect(regressions(compared, limits)).toMatchObject([
        /turbo.*: no longer valid: crash$/,
        /tome.*: no longer valid: a busy machine$/,
      ]);
    expect(regressions(compared, {})).toEqual([]);
  });

  it('are cells that the run has no more, whatever the limit', () => {
    const narrower = record([cell('turbo', 30)]);
    const compared = compareRuns(narrower, reference);
    expect(regressions(compared, { maxSlowdown: 1 })).toEqual([
      'emoji-clip classification emoji-objects: tome tokensPerLayer=8 alpha=5 (CPU, 2 threads, batch 8, float32): missing',
    ]);
    expect(regressions(compared, {})).toEqual([]);
  });

  it('are not cells that had no valid result before either, nor new ones that fail', () => {
    const broken: Partial<CellRecord> = { status: 'failed', reason: 'crash' };
    const before = record([cell('turbo', 30, broken), cell('tome', 30, broken), cell('none', 20)]);
    const after = record([cell('turbo', 30, broken), cell('random', 30, broken), cell('none', 20)]);
    const compared = compareRuns(after, before);
    expect(compared.notValid).toMatchObject([{ side: 'both', cell: { method: 'turbo' } }]);
    expect(regressions(compared, { maxSlowdown: 0, maxAccuracyDrop: 0 })).toEqual([]);
  });
});

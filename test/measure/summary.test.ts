import { describe, expect, it } from 'vitest';
import { median, medianAbsoluteDeviation, quantile, summarize } from '../../src/measure/summary.js';
import { goldenJson } from '../fixtures/golden-file.js';

interface Case {
  values: number[];
  median: number;
  mad: number;
  quantileLevels: number[];
  quantiles: number[];
}

const { cases } = goldenJson<{ cases: Case[] }>('statistics/summaries.json');
const near = (expected: number) => Math.max(1e-9 * Math.abs(expected), Number.MIN_VALUE);

describe('a summary', () => {
  it.each(cases)('agrees with NumPy on median, MAD and quantiles (case %#)', (golden) => {
    expect(Math.abs(median(golden.values) - golden.median)).toBeLessThanOrEqual(near(golden.median));
    expect(Math.abs(medianAbsoluteDeviation(golden.values) - golden.mad)).toBeLessThanOrEqual(
      near(golden.mad),
    );
    for (const [at, level] of golden.quantileLevels.entries()) {
      const expected = golden.quantiles[at]!;
      expect(Math.abs(quantile(golden.values, level) - expected)).toBeLessThanOrEqual(near(expected));
    }
  });

  it('names its parts and leaves the values as they were', () => {
    const values = [5, 1, 4, 2, 3];
    expect(summarize(values)).toEqual({
      count: 5,
      median: 3,
      p5: 1.2,
      p50: 3,
      p95: 4.8,
      p99: expect.closeTo(4.96, 12),
      mad: 1,
    });
    expect(values).toEqual([5, 1, 4, 2, 3]);
  });

  it('is not a number when there is nothing to summarize', () => {
    expect(median([])).toBeNaN();
  });
});

import { describe, expect, it } from 'vitest';
import { driftOf } from '../../src/measure/drift.js';
import { theilSen } from '../../src/measure/theil-sen.js';
import { goldenJson } from '../fixtures/golden-file.js';

interface Case {
  name: string;
  x: number[];
  y: number[];
  slope: number;
  low95: number;
  high95: number;
}
const { cases } = goldenJson<{ cases: Case[] }>('statistics/theil-sen.json');

describe('the Theil–Sen slope', () => {
  it.each(cases)('agrees with SciPy: $name', ({ x, y, slope, low95, high95 }) => {
    const found = theilSen(x, y);
    for (const [value, expected] of [
      [found.slope, slope],
      [found.low, low95],
      [found.high, high95],
    ] as const)
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  });
});

describe('the drift of timings', () => {
  it('is the relative change from the first run to the last', () => {
    const growing = Array.from({ length: 21 }, (_, run) => 100 + run);
    expect(driftOf(growing)).toEqual({
      change: expect.closeTo(20 / 110, 12),
      low: expect.closeTo(20 / 110, 12),
      high: expect.closeTo(20 / 110, 12),
    });
    expect(driftOf([10, 10, 10, 10])?.change).toBe(0);
  });

  it('is not moved by one run that was disturbed', () => {
    const steady = Array.from({ length: 20 }, (_, run) => 100 + (run % 2));
    steady[19] = 500;
    expect(Math.abs(driftOf(steady)!.change)).toBeLessThan(0.02);
  });

  it('is the same of many runs, which are taken together', () => {
    const many = Array.from({ length: 30_000 }, (_, run) => 100 + run / 3000);
    expect(driftOf(many)!.change).toBeCloseTo(10 / 105, 2);
  });

  it('is not known of two runs', () => {
    expect(driftOf([1, 2])).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { midRanks, spearman } from '../../src/measure/spearman.js';
import { goldenJson } from '../fixtures/golden-file.js';

const { cases } = goldenJson<{ cases: { name: string; x: number[]; y: number[]; rho: number }[] }>(
  'statistics/spearman.json',
);

describe("Spearman's rho", () => {
  it.each(cases)('agrees with SciPy: $name', ({ x, y, rho }) => {
    if (Number.isNaN(rho)) expect(spearman(x, y)).toBeNaN();
    else expect(spearman(x, y)).toBeCloseTo(rho, 12);
  });

  it('gives equal values the mean of their ranks', () => {
    expect([...midRanks([5, 1, 5, 7])]).toEqual([2.5, 1, 2.5, 4]);
  });

  it('refuses samples of different length', () => {
    expect(() => spearman([1, 2], [1])).toThrow(/same length/);
  });
});

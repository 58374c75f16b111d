import { describe, expect, it } from 'vitest';
import { outlierCount, robustScale } from '../../src/measure/outliers.js';
import { goldenJson } from '../fixtures/golden-file.js';

interface Case {
  values: number[];
  median: number;
  madNormal: number;
}
const { cases } = goldenJson<{ cases: Case[] }>('statistics/summaries.json');

describe('the modified z-score', () => {
  it.each(cases.filter(({ madNormal }) => madNormal > 0))(
    "is measured in SciPy's scaled MAD (case %#)",
    ({ values, median, madNormal }) => {
      const { center, deviation } = robustScale(values);
      expect(center / median).toBeCloseTo(1, 9);
      expect(deviation / madNormal).toBeCloseTo(1, 9);
    },
  );

  it('finds values beyond 3.5 on both sides', () => {
    const values = [10, 11, 9, 10.5, 9.5, 10.2, 9.8, 30, -10];
    expect(outlierCount(values)).toBe(2);
  });

  it('finds what differs where most values are equal', () => {
    expect(outlierCount([5, 5, 5, 5, 5, 5, 5, 5, 5, 6])).toBe(1);
    expect(outlierCount([5, 5, 5])).toBe(0);
  });
});

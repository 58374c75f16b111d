import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/measure/normal-distribution.js';

describe('the normal distribution', () => {
  it.each([
    // scipy.stats.norm.cdf, SciPy 1.17
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [-5, 2.866515718791939e-7],
    [-10, 7.61985302416052e-24],
  ])('has the probability that SciPy gives below %d', (x, probability) => {
    expect(Math.abs(normalCdf(x) - probability)).toBeLessThanOrEqual(1e-12 * probability);
  });

  it('is undone by its quantile', () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 6);
      }),
    );
  });

  it('has infinite quantiles at 0 and 1 and none outside', () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(2)]).toEqual([
      -Infinity,
      Infinity,
      Number.NaN,
    ]);
    expect(normalCdf(-60)).toBe(0);
  });
});

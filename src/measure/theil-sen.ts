/**
 * Theil–Sen slope: the median of the slopes through all pairs of points, which a few wild points do not move, with its 95 % interval.
 *
 * Source: Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau" (JASA 1968), with the normal approximation and the correction for
 * ties of `scipy.stats.theilslopes`.
 */
import { normalQuantile } from './normal-distribution.js';
import { quantileOfSorted } from './summary.js';

export interface TheilSenSlope {
  /** NaN where there are no two points with different x. */
  slope: number;
  low: number;
  high: number;
}

/** @param x, y equally long; time and memory grow with the square of their length */
export function theilSen(x: ArrayLike<number>, y: ArrayLike<number>): TheilSenSlope {
  const slopes = pairSlopes(x, y);
  const count = y.length;
  const variance = (count * (count - 1) * (2 * count + 5) - tieTerm(x, count) - tieTerm(y, count)) / 18;
  const reach = normalQuantile(0.975) * Math.sqrt(Math.max(variance, 0));
  const lowest = Math.max(Math.round((slopes.length - reach) / 2) - 1, 0);
  const highest = Math.min(Math.round((slopes.length + reach) / 2), slopes.length - 1);
  return {
    slope: quantileOfSorted(slopes, 0.5),
    low: slopes[lowest] ?? Number.NaN,
    high: slopes[highest] ?? Number.NaN,
  };
}

/** Ascending. */
function pairSlopes(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const slopes = new Float64Array((x.length * (x.length - 1)) / 2);
  let filled = 0;
  for (let left = 0; left < x.length; left++)
    for (let right = left + 1; right < x.length; right++) {
      const run = x[right]! - x[left]!;
      if (run !== 0) slopes[filled++] = (y[right]! - y[left]!) / run;
    }
  return slopes.subarray(0, filled).sort();
}

/** Σ k(k − 1)(2k + 5) over groups of k equal values. */
function tieTerm(values: ArrayLike<number>, count: number): number {
  const groups = new Map<number, number>();
  for (let at = 0; at < count; at++) groups.set(values[at]!, (groups.get(values[at]!) ?? 0) + 1);
  return [...groups.values()].reduce((sum, size) => sum + size * (size - 1) * (2 * size + 5), 0);
}

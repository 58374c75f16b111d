/**
 * Bootstrap intervals: what a statistic gave on samples drawn anew, with replacement, says how far it may be off.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 (percentile) and 14 (BCa).
 * Ties of resamples with the estimate count half in the bias, as in `scipy.stats.bootstrap`.
 */
import { normalCdf, normalQuantile } from './normal-distribution.js';
import { quantileOfSorted } from './summary.js';

export interface BootstrapIntervals {
  percentile: readonly [low: number, high: number];
  /** Bias-corrected and accelerated; the percentile interval where it does not exist (all resamples equal). */
  bca: readonly [low: number, high: number];
}

/**
 * @param resampled the statistic of every resample, in any order @param acceleration from {@link accelerationOf}
 */
export function bootstrapIntervals(
  estimate: number,
  resampled: Float64Array,
  acceleration: number,
  confidence = 0.95,
): BootstrapIntervals {
  const sorted = resampled.slice().sort();
  const levels: Levels = [(1 - confidence) / 2, (1 + confidence) / 2];
  const percentile = intervalAt(sorted, levels);
  const adjusted = adjustedLevels(estimate, sorted, acceleration, levels);
  return { percentile, bca: adjusted.every(Number.isFinite) ? intervalAt(sorted, adjusted) : percentile };
}

/**
 * How the spread of a statistic changes with its value: the skewness of its jackknife.
 *
 * @param leftOut the statistic without the first sample, without the second, …; NaN when they are all equal
 */
export function accelerationOf(leftOut: ArrayLike<number>): number {
  let mean = 0;
  for (let out = 0; out < leftOut.length; out++) mean += leftOut[out]! / leftOut.length;
  let [squares, cubes] = [0, 0];
  for (let out = 0; out < leftOut.length; out++) {
    const deviation = mean - leftOut[out]!;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

/** Two-sided p value of "the statistic is 0": twice the share of resamples on the rarer side, zeros on both, at most 1. */
export function bootstrapPValue(resampled: Float64Array): number {
  let [atMostZero, atLeastZero] = [0, 0];
  for (const value of resampled) {
    if (value <= 0) atMostZero++;
    if (value >= 0) atLeastZero++;
  }
  return Math.min(1, (2 * Math.min(atMostZero, atLeastZero)) / resampled.length);
}

type Levels = readonly [low: number, high: number];

function intervalAt(sorted: Float64Array, [low, high]: Levels): Levels {
  return [quantileOfSorted(sorted, low), quantileOfSorted(sorted, high)];
}

function adjustedLevels(
  estimate: number,
  sorted: Float64Array,
  acceleration: number,
  levels: Levels,
): Levels {
  let [below, atMost] = [0, 0];
  for (const value of sorted) {
    if (value < estimate) below++;
    if (value <= estimate) atMost++;
  }
  const bias = normalQuantile((below + atMost) / (2 * sorted.length));
  const adjust = (level: number): number => {
    const shifted = bias + normalQuantile(level);
    return normalCdf(bias + shifted / (1 - acceleration * shifted));
  };
  return [adjust(levels[0]), adjust(levels[1])];
}

/**
 * Bootstrap intervals of any statistic of paired samples: the pairs are drawn anew, with replacement.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 (percentile) and 14 (BCa).
 * Ties of resamples with the estimate count half in the bias, as in `scipy.stats.bootstrap`.
 */
import { normalCdf, normalQuantile } from './normal-distribution.js';
import { quantileOfSorted } from './summary.js';

/** A statistic of the pairs at the given positions. */
export type PairStatistic = (positions: ArrayLike<number>) => number;

export interface BootstrapIntervals {
  estimate: number;
  /** Standard deviation of the resampled statistic (n − 1). */
  standardError: number;
  percentile: readonly [low: number, high: number];
  /** Bias-corrected and accelerated; the percentile interval where it does not exist (all resamples equal). */
  bca: readonly [low: number, high: number];
}

/**
 * Positions drawn with replacement.
 *
 * @param uniform numbers in [0, 1) @returns `[resamples, count]`, row-major
 */
export function resamplePositions(count: number, resamples: number, uniform: () => number): Uint32Array {
  return Uint32Array.from({ length: count * resamples }, () => Math.floor(uniform() * count));
}

/** @param positions `[resamples, count]` of values below `count`, row-major */
export function bootstrapIntervals(
  statistic: PairStatistic,
  count: number,
  positions: Uint32Array,
  confidence = 0.95,
): BootstrapIntervals {
  const all = Uint32Array.from({ length: count }, (_, position) => position);
  const estimate = statistic(all);
  const resampled = resampledStatistics(statistic, count, positions);
  const levels = levelsOf(confidence);
  const percentile = intervalAt(resampled, levels);
  const adjusted = adjustedLevels(statistic, all, estimate, resampled, levels);
  const exists = adjusted.every(Number.isFinite);
  return {
    estimate,
    standardError: standardDeviation(resampled),
    percentile,
    bca: exists ? intervalAt(resampled, adjusted) : percentile,
  };
}

/** The percentile interval alone, which needs no jackknife. */
export function percentileInterval(
  statistic: PairStatistic,
  count: number,
  positions: Uint32Array,
  confidence = 0.95,
): readonly [low: number, high: number] {
  return intervalAt(resampledStatistics(statistic, count, positions), levelsOf(confidence));
}

/** The statistic of every resample, ascending. */
function resampledStatistics(statistic: PairStatistic, count: number, positions: Uint32Array): Float64Array {
  const resampled = new Float64Array(positions.length / count);
  for (let row = 0; row < resampled.length; row++) {
    resampled[row] = statistic(positions.subarray(row * count, (row + 1) * count));
  }
  return resampled.sort();
}

function levelsOf(confidence: number): Levels {
  return [(1 - confidence) / 2, (1 + confidence) / 2];
}

type Levels = readonly [low: number, high: number];

function intervalAt(sorted: Float64Array, [low, high]: Levels): Levels {
  return [quantileOfSorted(sorted, low), quantileOfSorted(sorted, high)];
}

function adjustedLevels(
  statistic: PairStatistic,
  all: Uint32Array,
  estimate: number,
  resampled: Float64Array,
  levels: Levels,
): Levels {
  const below = resampled.filter((value) => value < estimate).length;
  const atMost = resampled.filter((value) => value <= estimate).length;
  const bias = normalQuantile((below + atMost) / (2 * resampled.length));
  const acceleration = jackknifeAcceleration(statistic, all);
  const adjust = (level: number): number => {
    const shifted = bias + normalQuantile(level);
    return normalCdf(bias + shifted / (1 - acceleration * shifted));
  };
  return [adjust(levels[0]), adjust(levels[1])];
}

/** Skewness of the leave-one-out statistics; NaN when they are all equal. */
function jackknifeAcceleration(statistic: PairStatistic, all: Uint32Array): number {
  const left = Array.from(all, (_, out) => statistic(all.filter((position) => position !== out)));
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  const deviations = left.map((value) => mean - value);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const cubes = deviations.reduce((sum, deviation) => sum + deviation ** 3, 0);
  return cubes / (6 * squares ** 1.5);
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * A median with its bootstrap interval (BCa): in time proportional to resamples × values: of a resample only the counts of the sorted
 * values are needed.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 14. The jackknife of a median takes few values, so that the
 * acceleration is close to 0 and the interval is in effect the bias-corrected one.
 */
import { accelerationOf, type BootstrapIntervals, bootstrapIntervals } from './bootstrap.js';
import { median } from './summary.js';

export interface MedianInterval extends BootstrapIntervals {
  median: number;
}

const RESAMPLES = 2000;
/**
 * Nominal level at which the interval of a timing holds the truth in 95 of 100 cases at least. At 0.95 it would not: the bootstrap of a median of 10 to
 * 40 runs misses the truth in 5 to 8 of 100, and timing ends when the interval happens to be narrow. At 0.99 simulated timings miss it in 1 to 4.
 *
 * Source: calibration of the level by simulation, Efron and Tibshirani (1993), chapter 18.
 */
export const CALIBRATED_LEVEL = 0.99;

/**
 * @param values at least one, in any order @param uniform numbers in [0, 1): the value at position ⌊u · count⌋ is drawn
 */
export function medianInterval(
  values: readonly number[],
  uniform: () => number,
  { resamples = RESAMPLES, confidence = CALIBRATED_LEVEL } = {},
): MedianInterval {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const sorted = Float64Array.from(order, (at) => values[at]!);
  const rankOf = new Uint32Array(values.length);
  for (const [rank, at] of order.entries()) rankOf[at] = rank;
  const counts = new Uint32Array(values.length);
  const resampled = Float64Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let drawn = 0; drawn < counts.length; drawn++)
      counts[rankOf[Math.floor(uniform() * counts.length)]!]!++;
    return medianOfCounts(sorted, counts);
  });
  const estimate = median(sorted);
  const acceleration = accelerationOf(mediansWithoutOne(sorted));
  return { median: estimate, ...bootstrapIntervals(estimate, resampled, acceleration, confidence) };
}

/** Half the interval ÷ the median: how far the median may be off, as a fraction of it. */
export function relativeHalfWidth({ median: middle, bca: [low, high] }: MedianInterval): number {
  return (high - low) / 2 / Math.abs(middle);
}

/** @param counts how often each of the sorted values was drawn, as many draws as values */
function medianOfCounts(sorted: Float64Array, counts: Uint32Array): number {
  const lower = (counts.length - 1) >> 1;
  const upper = counts.length >> 1;
  let seen = 0;
  let at = -1;
  while (seen <= lower) seen += counts[++at]!;
  const low = sorted[at]!;
  while (seen <= upper) seen += counts[++at]!;
  return low + (sorted[at]! - low) * 0.5;
}

/** [count] the median of all but the first of the sorted values, of all but the second, … */
function mediansWithoutOne(sorted: Float64Array): Float64Array {
  const left = sorted.length - 1;
  const valueAt = (rank: number, out: number): number => sorted[rank < out ? rank : rank + 1] ?? Number.NaN;
  return sorted.map((_, out) => (valueAt((left - 1) >> 1, out) + valueAt(left >> 1, out)) / 2);
}

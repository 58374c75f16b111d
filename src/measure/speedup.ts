/**
 * Speed-up of a variant over its baseline: the median of the pairwise ratios of interleaved timings, with its bootstrap interval (BCa).
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 14.
 */
import { TurboError } from '../errors/turbo-error.js';
import { seededRandom } from '../random/seeded.js';
import { type MedianInterval, medianInterval } from './median-interval.js';

/** How many times faster; `low` and `high` bound the 95 % interval. */
export interface Speedup {
  speedup: number;
  speedupLow: number;
  speedupHigh: number;
}

/**
 * @param baselineMs durations of the baseline @param variantMs durations of the variant, timed in the same rounds
 * @param seed of the experiment, so that the interval is the same when it is computed again
 */
export function speedupOf(
  baselineMs: readonly number[],
  variantMs: readonly number[],
  seed: number,
): Speedup {
  const { median, bca } = ratioInterval(baselineMs, variantMs, seed);
  return { speedup: median, speedupLow: bca[0], speedupHigh: bca[1] };
}

/** The median of the ratios of two paired timings, with its intervals. */
function ratioInterval(
  baselineMs: readonly number[],
  variantMs: readonly number[],
  seed: number,
): MedianInterval {
  if (baselineMs.length !== variantMs.length || baselineMs.length === 0) {
    throw new TurboError('A speed-up needs one baseline timing beside each variant timing', {
      value: [baselineMs.length, variantMs.length],
      allowed: 'two lists of the same length, at least 1',
    });
  }
  const ratios = baselineMs.map((duration, round) => duration / variantMs[round]!);
  return medianInterval(ratios, seededRandom(seed, 'speedup').uniform);
}

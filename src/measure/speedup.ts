/**
 * Speed-up of a variant over its baseline: the median of the pairwise ratios of interleaved timings, with an interval.
 *
 * The interval is the percentile bootstrap over pairs; BCa's jackknife is degenerate for a median (Efron and Tibshirani 1993, 14.3).
 */
import { TurboError } from '../errors/turbo-error.js';
import { seededRandom } from '../random/seeded.js';
import { percentileInterval, resamplePositions } from './bootstrap.js';
import { median } from './summary.js';

/** How many times faster; `low` and `high` bound the 95 % interval. */
export interface Speedup {
  speedup: number;
  speedupLow: number;
  speedupHigh: number;
}

const RESAMPLES = 2000;

/**
 * @param baselineMs durations of the baseline @param variantMs durations of the variant, timed in the same rounds
 * @param seed of the experiment, so that the interval is the same when it is computed again
 */
export function speedupOf(
  baselineMs: readonly number[],
  variantMs: readonly number[],
  seed: number,
): Speedup {
  if (baselineMs.length !== variantMs.length || baselineMs.length === 0) {
    throw new TurboError('A speed-up needs one baseline timing beside each variant timing', {
      value: [baselineMs.length, variantMs.length],
      allowed: 'two lists of the same length, at least 1',
    });
  }
  const ratios = baselineMs.map((duration, round) => duration / variantMs[round]!);
  const positions = resamplePositions(ratios.length, RESAMPLES, seededRandom(seed, 'speedup').uniform);
  const [speedupLow, speedupHigh] = percentileInterval(
    (drawn) => median(Float64Array.from(drawn, (round) => ratios[round]!)),
    ratios.length,
    positions,
  );
  return { speedup: median(ratios), speedupLow, speedupHigh };
}

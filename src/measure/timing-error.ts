/**
 * How far the figure that a timing is for may be off by now: the speed-up, or of a baseline alone its median.
 *
 * Half the bootstrap interval ÷ the figure, of fewer resamples than the one that is reported: it only says when to stop.
 */
import { seededRandom } from '../random/seeded.js';
import { medianInterval, relativeHalfWidth } from './median-interval.js';

const RESAMPLES = 400;

/** @param baselineMs empty for the baseline's own timing; otherwise equal positions were timed in the same round */
export function timingError(baselineMs: readonly number[], variantMs: readonly number[]): number {
  const values =
    baselineMs.length === 0 ? variantMs : baselineMs.map((duration, round) => duration / variantMs[round]!);
  return relativeHalfWidth(
    medianInterval(values, seededRandom('timing error').uniform, { resamples: RESAMPLES }),
  );
}

/**
 * Where a series of timings becomes steady: the runs before that are warm-up, however long somebody thought that warming up takes.
 *
 * The second half of the series says what steady is. Runs at the very beginning that are outliers beside it, slower or faster, are warm-up, up to the
 * first that is none; never more than half of the series. An outlier later on stays.
 *
 * Source: an initial phase that is looked for in the series itself, as Kalibera and Jones do by eye ("Rigorous Benchmarking in Reasonable Time", ISMM
 * 2013, section 4); in the eye's place stands the modified z-score of Iglewicz and Hoaglin (outliers.ts).
 */
import { OUTLIER_SCORE, robustScale } from './outliers.js';

/** Fewer runs than this say nothing. */
const FEWEST_RUNS = 6;
/** A difference below this share of the steady runs is never a warm-up. */
const SMALLEST_SHARE = 0.02;

/** @param durations of consecutive runs @returns how many of them, from the first, are warm-up */
export function warmupLength(durations: readonly number[]): number {
  if (durations.length < FEWEST_RUNS) return 0;
  const half = Math.floor(durations.length / 2);
  const { center, deviation } = robustScale(durations.slice(half));
  const bound = Math.max(OUTLIER_SCORE * deviation, SMALLEST_SHARE * center);
  const steady = durations.findIndex((duration) => Math.abs(duration - center) <= bound);
  return steady < 0 ? half : Math.min(steady, half);
}

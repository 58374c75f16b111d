/**
 * Drift of timings: do the runs become slower or faster while they go on, as a processor does that grows warm?
 *
 * Source: Theil–Sen slope over the number of the run (theil-sen.ts), told as the change from the first run to the last ÷ the median.
 */
import { median } from './summary.js';
import { theilSen } from './theil-sen.js';

/** Relative changes from the first run to the last: 0.1 is 10 % slower at the end. */
export interface Drift {
  change: number;
  /** Its 95 % interval. */
  low: number;
  high: number;
}

/** The slope looks at all pairs: more runs than this are taken together, evenly, by their median. */
const MOST_POINTS = 300;

/** @param durationsMs in the order of the runs @returns null for fewer than three runs */
export function driftOf(durationsMs: readonly number[]): Drift | null {
  if (durationsMs.length < 3) return null;
  const together = Math.ceil(durationsMs.length / MOST_POINTS);
  const points = Array.from({ length: Math.floor(durationsMs.length / together) }, (_, at) =>
    median(durationsMs.slice(at * together, (at + 1) * together)),
  );
  const { slope, low, high } = theilSen(Float64Array.from(points.keys()), points);
  const scale = (points.length - 1) / median(durationsMs);
  return { change: slope * scale, low: low * scale, high: high * scale };
}

/**
 * The answer of a report in one sentence: the fastest valid setting that keeps a metric within 1 % of the unreduced model.
 */
import type { MetricName } from '../metric-names.js';
import type { TrialGroup } from '../trial-groups.js';
import { trialNames } from '../trial-name.js';
import { isBaseline, type TrialRow } from '../trial-row.js';

/** What may be lost, as a share of the unreduced model's value. */
export const TOLERANCE = 0.01;

export interface Answer {
  readonly text: string;
  /** The trial that the sentence is about, where there is one. */
  readonly row: TrialRow | undefined;
  /** Whether that trial lies within the tolerance and is faster. */
  readonly found: boolean;
}

/** @param metric undefined where none was measured */
export function answerOf(group: TrialGroup, metric: MetricName | undefined): Answer {
  const name = trialNames(group.rows);
  const timed = group.rows.filter(
    (row): row is TimedRow => row.status === 'completed' && !isBaseline(row) && row.speedup !== null,
  );
  const nothing = (text: string): Answer => ({ text, row: undefined, found: false });
  if (timed.length === 0) return nothing(`No trial with a reduction gave a valid result${reasonOf(group)}.`);
  const fastest = maximum(timed, (row) => row.speedup);
  if (metric === undefined)
    return {
      text: `${name(fastest)} runs at ${speedText(fastest)}. No accuracy was measured${noteOf(group)}.`,
      row: fastest,
      found: false,
    };
  const level = group.baseline?.metrics[metric.name] ?? null;
  if (level === null || level === 0)
    return nothing(
      group.baseline === undefined
        ? `The unreduced model has no valid result, so nothing can be held against it${baselineReason(group)}.`
        : `The unreduced model has no ${metric.heading} to hold others against.`,
    );
  const scored = timed.filter((row) => typeof row.metrics[metric.name] === 'number');
  if (scored.length === 0) return nothing(`No valid trial with a reduction has a ${metric.heading}.`);
  const lossOf = (row: TrialRow): number => {
    const loss = (level - row.metrics[metric.name]!) / Math.abs(level);
    return metric.better === 'lower' ? -loss : loss;
  };
  const kept = (row: TrialRow): string => keptText(lossOf(row), metric);
  const close = scored.filter((row) => lossOf(row) <= TOLERANCE + 1e-12);
  if (close.length === 0) {
    const closest = maximum(scored, (row) => -lossOf(row));
    const text = `No setting stays within 1 % of the ${metric.heading} of the unreduced model: the closest, ${name(closest)}, ${kept(closest)} at ${speedText(closest)}.`;
    return { text, row: closest, found: false };
  }
  const best = maximum(close, (row) => row.speedup);
  if (best.speedup <= 1)
    return {
      text: `No setting within 1 % of the unreduced model is faster than it: ${name(best)} ${kept(best)} at ${speedText(best)}.`,
      row: best,
      found: false,
    };
  const doubt =
    best.speedupLow !== null && best.speedupLow <= 1 ? '; its interval includes 1, so it may be no gain' : '';
  return { text: `${name(best)} ${kept(best)} at ${speedText(best)}${doubt}.`, row: best, found: true };
}

type TimedRow = TrialRow & { speedup: number };

/** The first row of the largest value. */
function maximum<Row>(rows: readonly Row[], measureOf: (row: Row) => number): Row {
  return rows.reduce((best, row) => (measureOf(row) > measureOf(best) ? row : best));
}

/** `keeps 99.1 % of top-1`; of a metric of which less is better, how much it grows. */
function keptText(loss: number, { heading, better }: MetricName): string {
  if (better !== 'lower') return `keeps ${(100 * (1 - loss)).toFixed(1)} % of ${heading}`;
  return loss < 0
    ? `lowers ${heading} by ${(-100 * loss).toFixed(1)} %`
    : `raises ${heading} by ${(100 * loss).toFixed(1)} %`;
}

/** `1.62× (1.58–1.66)`. */
export function speedText({ speedup, speedupLow, speedupHigh }: TrialRow): string {
  if (speedup === null) return '–';
  const interval =
    speedupLow === null || speedupHigh === null || speedupLow === speedupHigh
      ? ''
      : ` (${speedupLow.toFixed(2)}–${speedupHigh.toFixed(2)})`;
  return `${speedup.toFixed(2)}×${interval}`;
}

/** Why the trials failed, where all of them did so for one reason. */
function reasonOf({ rows }: TrialGroup): string {
  const reasons = new Set(rows.filter(({ status }) => status !== 'completed').map(({ reason }) => reason));
  const [only] = reasons;
  return reasons.size === 1 && only ? `: ${only}` : '';
}

function baselineReason({ rows }: TrialGroup): string {
  const [reason = ''] = rows.find(isBaseline)?.reason.split(': ') ?? [];
  return reason === '' ? '' : ` (${reason})`;
}

function noteOf({ rows }: TrialGroup): string {
  const note = rows.find(({ metricsNote }) => metricsNote !== '')?.metricsNote;
  return note === undefined ? '' : ` (${note})`;
}

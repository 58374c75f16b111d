/**
 * How a run is told while it goes on: on a terminal one line that is rewritten, with the time that is left; in a pipe or a log
 * one line for each trial that ended. Everything goes to standard error, so that standard output stays clean.
 */
import { headlineMetric } from '../report/metric-names.js';
import type { TrialRow } from '../report/trial-row.js';
import type { PlannedTrial } from '../runner/plan.js';
import { formatSeconds } from '../runner/remaining-time.js';
import type { RunListener } from '../runner/run-experiment.js';

/** Where the lines go. */
export interface ProgressScreen {
  /** Whether a line can be rewritten. */
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** What is known of standard error and of the terminal behind it. */
interface ErrorStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * A dumb terminal (an editor's, a serial line) shows escape sequences as they are, so it gets plain lines like a pipe.
 *
 * @param json whether standard output is a document, so that no line of a terminal may be rewritten
 */
export function progressScreen(
  stream: ErrorStream,
  { json, terminal }: { readonly json: boolean; readonly terminal: string | undefined },
): ProgressScreen {
  return {
    isTTY: stream.isTTY === true && terminal !== 'dumb' && !json,
    columns: stream.columns ?? 80,
    write: (text) => {
      stream.write(text);
    },
  };
}

const CLEAR_LINE = '\r\u001b[2K';

export function progressListener(screen: ProgressScreen): RunListener & { finish(): void } {
  let head = '';
  let tail = '';
  const status = (text: string): void => {
    if (screen.isTTY) screen.write(`${CLEAR_LINE}${fitted(text, screen.columns - 1)}`);
  };
  const line = (text: string): void => screen.write(`${screen.isTTY ? CLEAR_LINE : ''}${text}\n`);
  return {
    notice: (text) => line(`Note: ${text}`),
    started(trial, { number, total }, secondsLeft) {
      head = `[${number}/${total}] ${trial.label}`;
      tail = `about ${formatSeconds(secondsLeft)} left`;
      status(`${head} · ${tail}`);
    },
    progressed: (done, total) => status(`${head} · ${done}/${total} samples · ${tail}`),
    ended: (trial, { row }) => line(endedLine(trial, row)),
    finish: () => {
      if (screen.isTTY) screen.write(CLEAR_LINE);
    },
  };
}

/** `a1b2c3d4 emoji-clip retrieval … turbo alpha=5: 131 images/s, 1.31× (1.28–1.33), recallAt1ImageToText 0.412` */
export function endedLine({ id, label }: Pick<PlannedTrial, 'id' | 'label'>, row: TrialRow): string {
  const parts: string[] = row.status === 'completed' ? [] : [row.status];
  if (row.imagesPerSecond !== null) parts.push(`${row.imagesPerSecond.toPrecision(3)} images/s`);
  if (row.speedup !== null && row.speedupLow !== null && row.speedupHigh !== null)
    parts.push(`${row.speedup.toFixed(2)}× (${row.speedupLow.toFixed(2)}–${row.speedupHigh.toFixed(2)})`);
  const metric = headlineMetric([row])?.name ?? Object.keys(row.metrics)[0];
  const value = metric === undefined ? null : row.metrics[metric];
  if (typeof value === 'number') parts.push(`${metric} ${value.toFixed(3)}`);
  else if (row.metricsNote !== '') parts.push(row.metricsNote);
  if (row.reason !== '') parts.push(row.reason);
  return `${id} ${label}: ${parts.join(', ')}`;
}

function fitted(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

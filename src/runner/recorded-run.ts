/** A journal with its predictions as the record that runs are compared by. */
import { createHash } from 'node:crypto';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { medianInterval } from '../measure/median-interval.js';
import { PAIRED_METRICS, valuesOf } from '../metrics/sample-outcome.js';
import { seededRandom } from '../random/seeded.js';
import {
  type CellRecord,
  type Estimate,
  packSamples,
  RECORD_FORMAT,
  RECORD_SCHEMA,
  type RunRecord,
} from '../report/comparison/run-record.js';
import { isBaseline, type TrialRow } from '../report/trial-row.js';
import { readJournal } from './journal.js';
import { currentTrials, LINE_KINDS, type TrialLine } from './journal-lines.js';
import { readPredictions } from './predictions-file.js';

/**
 * @param notice told of predictions that are missing or altered, whose cells are then compared by their figures alone
 * @throws TurboError when there is no journal, or nothing in it, or it is of a newer turbo-bench
 */
export async function recordedRun(folder: string, notice: (text: string) => void): Promise<RunRecord> {
  const { lines } = readJournal(folder);
  const unknown = lines.find(({ kind }) => !LINE_KINDS.includes(kind));
  if (unknown !== undefined)
    throw new TurboError('The journal is of a newer turbo-bench', {
      ...{ where: folder, value: unknown.kind, allowed: `lines of the kinds ${LINE_KINDS.join(', ')}` },
      next: 'Update turbo-bench, or run the experiment again with this version.',
    });
  const trials = currentTrials(lines);
  const run = lines.findLast((line) => line.kind === 'run');
  if (run === undefined || trials.length === 0)
    throw new TurboError('There are no results in this run', {
      where: folder,
      next: 'Run the experiment again with the same command: it goes on where it stopped.',
    });
  const { experiment, version, cpu, system, seed, startedAt } = run.provenance;
  const cells: CellRecord[] = [];
  const isSwept = new Set(trials.map(({ row }) => conditionsOf(row))).size > 1;
  for (const trial of trials) {
    const cell = await cellOf(trial, folder, seed, notice);
    cells.push(isSwept ? { ...cell, conditions: conditionsOf(trial.row) } : cell);
  }
  return {
    ...{ format: RECORD_FORMAT, schema: RECORD_SCHEMA, experiment, version, seed, startedAt, cells },
    machine: `${cpu}, ${system}`,
  };
}

async function cellOf(
  trial: TrialLine,
  folder: string,
  seed: number,
  notice: (text: string) => void,
): Promise<CellRecord> {
  const { row } = trial;
  const { model, task, dataset, method, parameters, device, status, reason } = row;
  const metrics = Object.entries(row.metrics).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return {
    ...{ model, task, dataset, method, parameters, device, status, reason },
    metrics: Object.fromEntries(metrics),
    speedup: speedupOf(row),
    imagesPerSecond: throughputOf(trial, seed),
    samples: status === 'completed' ? await samplesOf(trial, folder, notice) : null,
  };
}

/** Cells of a run are told apart by them where it has several. */
function conditionsOf({ threads, batchSize }: TrialRow): string {
  return `${threads ?? '?'} threads, batch ${batchSize ?? '?'}`;
}

function speedupOf(row: TrialRow): Estimate | null {
  const { speedup: value, speedupLow: low, speedupHigh: high } = row;
  return isBaseline(row) || value === null || low === null || high === null ? null : { value, low, high };
}

/** The interval is that of the median time, turned round. */
function throughputOf({ row, variantMs }: TrialLine, seed: number): Estimate | null {
  const { imagesPerSecond: value } = row;
  if (value === null || variantMs.length === 0) return null;
  const { median, bca } = medianInterval(variantMs, seededRandom(seed, 'throughput').uniform);
  return { value, low: (value * median) / bca[1], high: (value * median) / bca[0] };
}

async function samplesOf(
  { row, predictions }: TrialLine,
  folder: string,
  notice: (text: string) => void,
): Promise<CellRecord['samples']> {
  if (predictions === undefined) return null;
  try {
    const outcomes = await readPredictions(folder, predictions);
    const values = new Map(
      PAIRED_METRICS.filter((metric) => row.metrics[metric] !== undefined).flatMap((metric) => {
        const numbers = valuesOf(metric, outcomes);
        return numbers === undefined ? [] : [[metric, numbers] as const];
      }),
    );
    const ids = createHash('sha256');
    for (const { sample } of outcomes) ids.update(`${sample}\n`);
    return packSamples(values, ids.digest('hex'));
  } catch (thrown) {
    if (!(thrown instanceof TurboError)) throw thrown;
    notice(
      `${row.trial} is compared by its figures alone: ${thrown.what}, ${thrown.parts.where ?? messageOf(thrown)}.`,
    );
    return null;
  }
}

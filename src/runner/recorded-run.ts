/** A journal with its predictions as the record that runs are compared by. */
import { createHash } from 'node:crypto';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { medianInterval } from '../measure/median-interval.js';
import { PAIRED_METRICS, valuesOf } from '../metrics/sample-outcome.js';
import { seededRandom } from '../random/seeded.js';
import type { CellConditions, CellIdentity } from '../report/comparison/cell-identity.js';
import {
  type CellRecord,
  type Estimate,
  packSamples,
  RECORD_FORMAT,
  RECORD_SCHEMA,
  type RunRecord,
} from '../report/comparison/run-record.js';
import { isBaseline, precisionOf, type TrialRow } from '../report/trial-row.js';
import { readJournal } from './journal.js';
import { currentTrials, LINE_KINDS, type TrialLine } from './journal-lines.js';
import { readPredictions } from './predictions-file.js';
import { type SetTrial, trialSettings } from './trial-settings.js';
import { wholeParameters, withoutPrecision } from './whole-parameters.js';

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
  const settingsOf = trialSettings(run);
  for (const trial of trials) {
    const identity = { ...identityOf(trial.row, seed), ...settingsOf(trial) };
    cells.push({ ...identity, ...(await figuresOf(trial, folder, seed, notice)) });
  }
  return {
    ...{ format: RECORD_FORMAT, schema: RECORD_SCHEMA, experiment, version, seed, startedAt, cells },
    machine: `${cpu}, ${system}`,
  };
}

/** What the row says of the cell; parameters that it does not say have their defaults. */
function identityOf(row: TrialRow, seed: number): Omit<CellIdentity, keyof SetTrial> {
  const { model, dataset, method, status, reason } = row;
  return {
    ...{ model, dataset, method, status, reason },
    parameters: withoutPrecision(row.parameters),
    allParameters: wholeParameters(row, seed),
    conditions: conditionsOf(row),
  };
}

/** A task that times nothing is run once, under whichever conditions come first: they change nothing of its result. */
const UNTIMED_TASK = 'semantic-validity';
const THREADS = /, (\d+) threads?$/;

function conditionsOf(row: TrialRow): CellConditions {
  const { task, device, threads, batchSize = null } = row;
  const common = { device: device.replace(THREADS, ''), precision: precisionOf(row) };
  if (task.startsWith(UNTIMED_TASK)) return { ...common, threads: null, batchSize: null };
  const told = THREADS.exec(device)?.[1];
  return { ...common, threads: threads ?? (told === undefined ? null : Number(told)), batchSize };
}

type Figures = Pick<CellRecord, 'metrics' | 'speedup' | 'imagesPerSecond' | 'samples'>;

async function figuresOf(
  trial: TrialLine,
  folder: string,
  seed: number,
  notice: (text: string) => void,
): Promise<Figures> {
  const { row } = trial;
  const metrics = Object.entries(row.metrics).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return {
    metrics: Object.fromEntries(metrics),
    speedup: speedupOf(row),
    imagesPerSecond: throughputOf(trial, seed),
    samples: row.status === 'completed' ? await samplesOf(trial, folder, notice) : null,
  };
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

/**
 * Runs the trials of a plan, one after the other, each model in a worker process of its own, and writes every result down the
 * moment it is there.
 */
import PQueue from 'p-queue';
import { isReference } from '../experiment/expand.js';
import type { TrialRow } from '../report/trial-row.js';
import { earlierBatches } from './batch-search.js';
import type { Journal } from './journal.js';
import {
  currentTrials,
  type JournalLine,
  picturesOf,
  type RunLine,
  type TrialLine,
} from './journal-lines.js';
import { machineNotes, relabelled, resultsOfOthers } from './kept-results.js';
import type { MachinePeak } from './peak-probe.js';
import type { Plan, PlannedTrial } from './plan.js';
import { writePredictions } from './predictions-file.js';
import type { Provenance } from './provenance.js';
import { remainingTime } from './remaining-time.js';
import { createWorkerCrew, type WorkerCrew } from './worker-crew.js';
import { type StartWorker, WorkerCrash } from './worker-process.js';

/** Told as things happen; the parts that a reporter does not show it leaves empty. */
export interface RunListener {
  notice(text: string): void;
  started(
    trial: PlannedTrial,
    position: { readonly number: number; readonly total: number },
    secondsLeft: number,
  ): void;
  progressed(done: number, total: number): void;
  ended(trial: PlannedTrial, line: TrialLine): void;
}

/** What a trial may have come to without being finished for good. */
export type RetriedStatus = Extract<TrialRow['status'], 'failed' | 'invalid'>;

export interface RunSetting {
  readonly plan: Plan;
  /** Those of the plan that are wanted. */
  readonly selected: readonly PlannedTrial[];
  readonly journal: Journal;
  /** Of the report; generated pictures go below it. */
  readonly folder: string;
  readonly provenance: Provenance;
  /** Statuses of earlier results that are not kept: their trials run again. None where nothing is said. */
  readonly retried?: readonly RetriedStatus[];
  readonly startWorker: StartWorker;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

export interface RunOutcome {
  /** Every result that the journal now holds of this experiment, in its order. */
  readonly results: readonly TrialLine[];
  /** How many of them, the last ones, are of models that this run leaves out. */
  readonly others: number;
  /** Trials that were not run because the journal had them. */
  readonly kept: number;
  readonly ran: number;
  readonly interrupted: boolean;
  /** As the journal has it. */
  readonly provenance: Provenance;
}

/** An unreduced trial is measured so often at most; without it nothing is known of its variants. */
const MOST_ATTEMPTS = 3;
/** One that takes longer is not measured again. */
const LONG_SECONDS = 120;

export async function runExperiment(setting: RunSetting): Promise<RunOutcome> {
  const { plan, selected, journal, folder, startWorker, listener, signal, now, monotonicMs } = setting;
  const retried: readonly TrialRow['status'][] = setting.retried ?? [];
  const lines = [...journal.content.lines];
  for (const { line, torn } of journal.content.damaged)
    listener.notice(
      torn
        ? `The last line of the journal (${line}) was cut off; its trial runs again.`
        : `Line ${line} of the journal is damaged; a trial that it held runs again.`,
    );
  const append = (line: Parameters<Journal['append']>[0]): void => {
    journal.append(line);
    lines.push(line);
  };
  const others = resultsOfOthers(lines, plan.unopened, setting.provenance);
  const trials = [...plan.trials, ...others].map(({ fingerprint }) => fingerprint);
  const runLine = (provenance: Provenance): RunLine => ({ kind: 'run', provenance, trials });
  const earlier = new Map(
    currentTrials([...lines, runLine(setting.provenance)]).map((line) => [line.fingerprint, line]),
  );
  const pending = selected.filter(({ fingerprint }) => {
    const line = earlier.get(fingerprint);
    return line === undefined || retried.includes(line.row.status);
  });
  const startUnlessStopped: StartWorker = (setup) => {
    if (signal.aborted) throw new WorkerCrash('the run was stopped');
    return startWorker(setup);
  };
  const workers = createWorkerCrew(plan, folder, startUnlessStopped, listener, {
    energy: setting.provenance.energy,
    earlierBatch: earlierBatches(plan.trials, lines),
    hasResult: ({ fingerprint }) =>
      lines.some((line) => line.kind === 'trial' && line.fingerprint === fingerprint),
  });
  const queue = new PQueue({ concurrency: 1 });
  const clock = remainingTime();
  let ran = 0;
  signal.addEventListener('abort', () => {
    queue.clear();
    workers.kill();
  });
  const peaks =
    pending.length > 0 && plan.experiment.measure.peak
      ? await measuredPeaks(pending, workers)
      : earlierPeaks(lines);
  const [peak] = peaks;
  const provenance = {
    ...setting.provenance,
    ...(peak === undefined ? {} : { peak }),
    ...(peaks.length > 1 ? { peaks } : {}),
  };
  append(runLine(provenance));
  for (const planned of plan.trials) {
    const line = earlier.get(planned.fingerprint);
    const renamed = line === undefined ? undefined : relabelled(line, planned, plan.experiment.name);
    if (renamed !== undefined) append(renamed);
  }
  for (const note of machineNotes(lines)) listener.notice(note);

  const runOne = async (planned: PlannedTrial): Promise<void> => {
    const ahead = pending.slice(ran).reduce((sum, { estimate }) => sum + estimate.seconds, 0);
    listener.started(planned, { number: ran + 1, total: pending.length }, clock.left(ahead));
    let attempt = await attemptAt(planned);
    for (let made = 1; attempt?.worthAnother === true && made < MOST_ATTEMPTS; made++) {
      listener.notice(`${planned.label}: measured again, because every variant is held against it`);
      attempt = await attemptAt(planned);
    }
    if (attempt === undefined) return;
    clock.finished(planned.estimate.seconds, attempt.seconds);
    ran++;
  };

  /** Runs a trial and writes it down; undefined when the run was stopped meanwhile. */
  const attemptAt = async (planned: PlannedTrial) => {
    const startedAt = now();
    const startedMs = monotonicMs();
    const { judged, report } = await workers.run(planned);
    if (signal.aborted) return undefined;
    const seconds = (monotonicMs() - startedMs) / 1000;
    const outcomes = report?.observation.outcomes ?? [];
    const keeps = plan.experiment.measure.predictions && outcomes.length > 0;
    const line: TrialLine = {
      kind: 'trial',
      fingerprint: planned.fingerprint,
      row: judged.row,
      notes: judged.notes,
      baselineMs: (report?.observation.baselineMs ?? []).map(toMicroseconds),
      variantMs: (report?.observation.variantMs ?? []).map(toMicroseconds),
      ...(keeps ? { predictions: await writePredictions(folder, planned.id, outcomes) } : {}),
      ...(report?.placement === undefined ? {} : { placement: report.placement }),
      startedAt: startedAt.toISOString(),
      seconds,
    };
    const known = picturesOf(lines);
    for (const picture of report?.pictures ?? [])
      if (!known.has(picture.key)) append({ kind: 'picture', ...picture });
    append(line);
    listener.ended(planned, line);
    const worthAnother = judged.restless && isReference(planned.trial) && seconds < LONG_SECONDS;
    return { seconds, worthAnother };
  };

  let failure: unknown;
  for (const planned of pending) {
    void queue.add(async () => {
      if (failure !== undefined || signal.aborted) return;
      await runOne(planned).catch((thrown: unknown) => {
        failure = thrown;
      });
    });
  }
  try {
    await queue.onIdle();
  } finally {
    await workers.close();
  }
  if (failure !== undefined && !signal.aborted) throw failure;
  return {
    results: currentTrials(lines),
    others: others.length,
    kept: selected.length - pending.length,
    ran,
    interrupted: signal.aborted,
    provenance,
  };
}

/** One for each number of threads. */
async function measuredPeaks(
  pending: readonly PlannedTrial[],
  workers: Pick<WorkerCrew, 'measurePeak'>,
): Promise<MachinePeak[]> {
  const firsts = new Map([...pending].reverse().map((planned) => [planned.threads, planned]));
  const peaks: MachinePeak[] = [];
  // The worker that is asked last is the one that goes on with the first trial.
  for (const first of firsts.values()) peaks.push(...[(await workers.measurePeak(first)) ?? []].flat());
  return peaks.reverse();
}

/** Those of the last run which measured any. */
function earlierPeaks(lines: readonly JournalLine[]): readonly MachinePeak[] {
  const runs = lines.flatMap((line) => (line.kind === 'run' ? [line.provenance] : []));
  const { peak, peaks } = runs.findLast((provenance) => provenance.peak !== undefined) ?? {};
  return peaks ?? (peak === undefined ? [] : [peak]);
}

function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

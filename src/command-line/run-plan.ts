/** Runs the trials of a plan into a folder, tells on standard error how it goes on, and writes the report. */
import { join, parse } from 'node:path';
import { removeUnfinished } from '../checkpoints/complete-file.js';
import { monotonicNow } from '../measure/clock.js';
import { KEPT_REPRODUCTION } from '../report/reference/kept-reproduction.js';
import type { ReproductionResult } from '../report/reference/reproduction-page.js';
import type { ReportFiles } from '../report/report.js';
import type { TrialRow } from '../report/trial-row.js';
import { lockFolder } from '../runner/folder-lock.js';
import { diskError, openJournal } from '../runner/journal.js';
import { keptSamplesOf, picturesOf } from '../runner/journal-lines.js';
import { keepMistakePictures } from '../runner/mistake-pictures.js';
import { PICTURES } from '../runner/picture-folder.js';
import { PREDICTIONS } from '../runner/predictions-file.js';
import { provenanceOf } from '../runner/provenance.js';
import { type RetriedStatus, type RunOutcome, runExperiment } from '../runner/run-experiment.js';
import { runNotes } from '../runner/run-notes.js';
import { setAside } from '../runner/set-aside.js';
import { longestSilence, watchedWorkers } from '../runner/watched-workers.js';
import { startWorkerProcess } from '../runner/worker-process.js';
import { comparedRows } from './compared-rows.js';
import { interruptSignal } from './interrupt.js';
import { keptBesideRun } from './kept-beside-run.js';
import type { PreparedPlan } from './prepare-plan.js';
import { progressListener, progressScreen } from './progress.js';

const FAILED = 1;

export interface PlanRun extends ReportFiles {
  readonly outcome: RunOutcome;
  readonly rows: readonly TrialRow[];
  /** The published table that the run reproduces; null for none. */
  readonly reproduction: ReproductionResult | null;
  /** 0 when every trial ran, 1 when one failed, 130 after Ctrl-C, 143 after SIGTERM. */
  readonly exitCode: number;
}

export interface RunPlanOptions {
  /** Of the report. */
  readonly folder: string;
  /** Puts an earlier journal aside. */
  readonly fresh: boolean;
  /** Earlier results with one of these statuses are not kept. */
  readonly retried: readonly RetriedStatus[];
  /** Whether standard output is a document, so that no line of a terminal may be rewritten. */
  readonly json: boolean;
  /** Adds to the folder what the report is to show beside the results. */
  readonly beforeReport?: (outcome: RunOutcome, rows: readonly TrialRow[]) => Promise<void>;
}

/** @throws TurboError when another run holds the folder, or it cannot be written */
export async function runPlan(
  { loaded, plan, selected, energy }: PreparedPlan,
  { folder, fresh, retried, json, beforeReport }: RunPlanOptions,
): Promise<PlanRun> {
  const { experiment } = plan;
  const progress = progressListener(progressScreen(process.stderr, { json, terminal: process.env.TERM }));
  const interrupt = interruptSignal(() => progress.notice('stopping; press Ctrl-C again to stop at once'));
  const release = lockFolder(folder);
  process.once('exit', release);
  try {
    const journal = openJournal(folder, fresh, () => new Date());
    prepareFolder(folder, fresh);
    const outcome = await runExperiment({
      plan,
      selected,
      journal,
      folder,
      retried,
      provenance: provenanceOf({
        threads: threadsOf(plan),
        experiment: experiment.name,
        experimentFile: loaded.file,
        experimentText: loaded.text,
        seed: experiment.seed,
        startedAt: new Date().toISOString(),
        limit: experiment.limit ?? null,
        ...(energy === undefined ? {} : { energy }),
      }),
      startWorker: watchedWorkers(startWorkerProcess, longestSilence(plan)),
      listener: progress,
      signal: interrupt.signal,
      now: () => new Date(),
      monotonicMs: monotonicNow,
    }).finally(() => {
      journal.close();
      progress.finish();
    });
    const notice = (text: string): void => progress.notice(text);
    const rows = await comparedRows(outcome.results, folder, experiment.seed, notice);
    await beforeReport?.(outcome, rows);
    const beside = await keptBesideRun(folder, outcome.results, rows, notice);
    const { reproduction } = beside;
    const lines = await keepMistakePictures(folder, beside.mistakes, experiment);
    const charts = experiment.charts === 'none' ? [] : experiment.charts;
    // Imported when it is needed: the chart library takes a second to load.
    const { renderReport } = await import('../report/report.js');
    const { files, missingCharts } = await renderReport(rows, folder, {
      charts,
      pictures: picturesOf(lines),
      notes: runNotes(lines),
      trials: outcome.results,
      provenance: outcome.provenance,
      keptOf: keptSamplesOf(lines),
      ...beside,
    });
    return {
      outcome,
      rows,
      files,
      missingCharts,
      reproduction,
      exitCode: interrupt.exitCode() ?? exitCodeOf(outcome),
    };
  } finally {
    interrupt.forget();
    process.off('exit', release);
    release();
  }
}

/** One number, or all of them where the experiment sweeps them. */
function threadsOf({ trials }: PreparedPlan['plan']): number | readonly number[] {
  const counts = [...new Set(trials.map(({ threads }) => threads))];
  return counts.length === 1 ? counts[0]! : counts;
}

/** Nothing of what an earlier run left half written stays, and with `fresh` nothing that it made is taken for this one's. */
function prepareFolder(folder: string, fresh: boolean): void {
  const { name: reproduction, ext } = parse(KEPT_REPRODUCTION);
  if (fresh) setAside(folder, reproduction, ext, new Date());
  for (const name of [PICTURES, PREDICTIONS]) {
    try {
      if (fresh) setAside(folder, name, '', new Date());
      else removeUnfinished(join(folder, name));
    } catch (thrown) {
      throw diskError(`Cannot change ${name}`, folder, thrown);
    }
  }
}

function exitCodeOf({ results }: RunOutcome): number {
  return results.some(({ row }) => row.status === 'failed') ? FAILED : 0;
}

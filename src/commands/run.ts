import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { experimentArg, experimentFlags } from '../command-line/experiment-flags.js';
import { interruptSignal } from '../command-line/interrupt.js';
import { planSummary, planTable } from '../command-line/plan-table.js';
import { preparePlan } from '../command-line/prepare-plan.js';
import { progressListener } from '../command-line/progress.js';
import { runSummary } from '../command-line/run-summary.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { lockFolder } from '../runner/folder-lock.js';
import { openJournal } from '../runner/journal.js';
import { setPicturesAside } from '../runner/picture-folder.js';
import { provenanceOf } from '../runner/provenance.js';
import { runExperiment } from '../runner/run-experiment.js';
import { runNotes } from '../runner/run-notes.js';
import { startWorkerProcess } from '../runner/worker-process.js';

const FAILED = 1;
const INTERRUPTED = 130;

export default class Run extends TurboCommand {
  static override summary = 'Run an experiment and write its table and charts.';
  static override description =
    `Results go to reports/<name of the experiment>: journal.jsonl, results.csv, tables.md and charts/.

A trial that the journal already has is not run again, so an interrupted run goes on where it stopped. Ctrl-C ends the run with everything kept that is finished; a second Ctrl-C ends it at once. The exit code is 0 when every trial ran, 1 when one failed, 2 when the experiment cannot be run, 130 after Ctrl-C.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml',
    {
      description: 'A first look: 100 samples of each dataset, Turbo and the baseline alone',
      command:
        '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --limit 100 --only turbo --only none',
    },
    {
      description: 'Run everything again, into another folder',
      command: '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --fresh --out reports/second',
    },
  ];
  static override args = { experiment: experimentArg };
  static override flags = {
    ...experimentFlags,
    'dry-run': Flags.boolean({ description: 'Show the plan and run nothing.' }),
    resume: Flags.boolean({
      description: 'Keep what the journal of the folder has (default).',
      default: true,
      exclusive: ['fresh'],
    }),
    fresh: Flags.boolean({ description: 'Run every trial anew; an earlier journal is put aside.' }),
    out: Flags.directory({
      description: 'Folder for the results, in place of reports/<name of the experiment>.',
      helpValue: 'FOLDER',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Run);
    const { loaded, plan, selected, energy } = await preparePlan(args.experiment, flags, (text) =>
      this.logToStderr(text),
    );
    const { experiment } = plan;
    if (flags['dry-run']) {
      this.log(`${planTable(selected)}\n\n${planSummary(selected, plan)}`);
      return { experiment: experiment.name, planned: selected.map(({ id, label }) => ({ id, label })) };
    }
    const folder = flags.out ?? join('reports', experiment.name);
    const progress = progressListener({
      isTTY: process.stderr.isTTY === true && !this.jsonEnabled(),
      columns: process.stderr.columns ?? 80,
      write: (text) => process.stderr.write(text),
    });
    const interrupt = interruptSignal(() => progress.notice('stopping; press Ctrl-C again to stop at once'));
    const release = lockFolder(folder);
    try {
      const journal = openJournal(folder, flags.fresh, () => new Date());
      if (flags.fresh) setPicturesAside(folder, new Date());
      const outcome = await runExperiment({
        plan,
        selected,
        journal,
        folder,
        provenance: provenanceOf({
          threads: plan.engine.threads,
          experiment: experiment.name,
          experimentFile: loaded.file,
          experimentText: loaded.text,
          seed: experiment.seed,
          startedAt: new Date().toISOString(),
          limit: experiment.limit ?? null,
          ...(energy === undefined ? {} : { energy }),
        }),
        startWorker: startWorkerProcess,
        listener: progress,
        signal: interrupt.signal,
        now: () => new Date(),
      }).finally(() => {
        journal.close();
        progress.finish();
      });
      const rows = outcome.results.map(({ row }) => row);
      const charts = experiment.charts === 'none' ? [] : experiment.charts;
      // Imported when it is needed: the chart library takes a second to load.
      const { renderReport } = await import('../report/report.js');
      const { files, missingCharts } = await renderReport(rows, folder, {
        charts,
        pictures: outcome.pictures,
        notes: runNotes(outcome.provenance),
      });
      const failed = rows.filter(({ status }) => status === 'failed').length;
      process.exitCode = outcome.interrupted ? INTERRUPTED : failed > 0 ? FAILED : 0;
      this.log(runSummary(outcome, plan.trials.length, folder, files, missingCharts));
      return { experiment: experiment.name, folder, files, interrupted: outcome.interrupted, rows };
    } finally {
      interrupt.forget();
      release();
    }
  }
}

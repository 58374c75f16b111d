/** `turbo-bench run`: the trials of an experiment, then its tables, charts and report. */
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { experimentArg, experimentFlags } from '../command-line/experiment-flags.js';
import { planSummary, planTable } from '../command-line/plan-table.js';
import { preparePlan } from '../command-line/prepare-plan.js';
import { retriedStatuses, retryFlags } from '../command-line/retry-flags.js';
import { runPlan } from '../command-line/run-plan.js';
import { runSummary } from '../command-line/run-summary.js';
import { TurboCommand } from '../command-line/turbo-command.js';

export default class Run extends TurboCommand {
  static override summary = 'Run an experiment and write its table and charts.';
  static override description =
    `Results go to reports/<name of the experiment>: journal.jsonl, results.csv, tables.md and charts/.

A trial that the journal already has is not run again, so an interrupted run goes on where it stopped; --retry-failed and --retry-invalid run those again that came to nothing. Ctrl-C ends the run with everything kept that is finished; a second Ctrl-C ends it at once. The exit code is 0 when every trial ran, 1 when one failed, 2 when the experiment cannot be run, 130 after Ctrl-C, 143 after SIGTERM.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml',
    {
      description: 'A first look: 100 samples of each dataset, Turbo and the baseline alone',
      command:
        '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --limit 100 --only turbo --only none',
    },
    {
      description: 'Once more those trials that failed or were disturbed',
      command:
        '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --retry-failed --retry-invalid',
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
    ...retryFlags,
    fresh: Flags.boolean({ description: 'Run every trial anew; an earlier journal is put aside.' }),
    out: Flags.directory({
      description: 'Folder for the results, in place of reports/<name of the experiment>.',
      helpValue: 'FOLDER',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Run);
    const prepared = await preparePlan(args.experiment, flags, (text) => this.logToStderr(text));
    const { plan, selected } = prepared;
    const { experiment } = plan;
    if (flags['dry-run']) {
      this.log(`${planTable(selected)}\n\n${planSummary(selected, plan)}`);
      return { experiment: experiment.name, planned: selected.map(({ id, label }) => ({ id, label })) };
    }
    const folder = flags.out ?? join('reports', experiment.name);
    const { outcome, rows, files, missingCharts, exitCode } = await runPlan(prepared, {
      ...{ folder, fresh: flags.fresh, retried: retriedStatuses(flags), json: this.jsonEnabled() },
    });
    process.exitCode = exitCode;
    this.log(runSummary(outcome, plan.trials.length, folder, files, missingCharts));
    return { experiment: experiment.name, folder, files, interrupted: outcome.interrupted, rows };
  }
}

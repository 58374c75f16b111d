/** `turbo-bench reproduce`: runs the experiment behind a published table, and writes what it measures beside what was published. */
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { writeCompleteFile } from '../checkpoints/complete-file.js';
import { experimentFlags, withLimit } from '../command-line/experiment-flags.js';
import { measuredConditions } from '../command-line/measured-conditions.js';
import { planSummary, planTable } from '../command-line/plan-table.js';
import { planLoaded } from '../command-line/prepare-plan.js';
import { listedReproductionsText } from '../command-line/reproduction-text.js';
import {
  listedReproduction,
  loadReproduction,
  mappedModels,
  needsOfReproduction,
  refuseMissing,
  reproducedOnly,
  reproductionOf,
  trialsOfTable,
  withWayOut,
} from '../command-line/reproductions.js';
import { retriedStatuses, retryFlags } from '../command-line/retry-flags.js';
import { runPlan } from '../command-line/run-plan.js';
import { runSummary } from '../command-line/run-summary.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { KEPT_REPRODUCTION, type KeptReproduction } from '../report/reference/kept-reproduction.js';
import { readReference, readReferences, referenceIds } from '../report/reference/list-references.js';
import { reproductionPage } from '../report/reference/reproduction-page.js';

/** Flags that say nothing about a list. */
const MEASURING_FLAGS = [
  ...['random-weights', 'only', 'limit', 'dry-run'],
  ...['fresh', 'retry-failed', 'retry-invalid', 'out'],
];

export default class Reproduce extends TurboCommand {
  static override summary = 'Run the experiment behind a published table and set the two side by side.';
  static override description =
    `Results go to reports/<name of the experiment>, like those of a run, and reproduction.md beside them; report.html has the comparison as a section. Accuracies are compared as they are and by their change from the unreduced model; speeds as multiples of one row, because the source's machine is another one. Conditions that differ are named.

Where weights or data are missing, the command says what, and how to come by it. --random-weights measures the speeds alone, with nothing downloaded.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --list',
    '<%= config.bin %> <%= command.id %> tome-readme-augreg --limit 2000',
    {
      description: 'Speed-ups alone, on random weights',
      command: '<%= config.bin %> <%= command.id %> tome-readme-augreg --random-weights',
    },
  ];
  static override args = {
    table: Args.string({ description: 'Name of a published table.' }),
  };
  static override flags = {
    list: Flags.boolean({
      description:
        'List the tables, or the one that is named: what each needs, what of it is here, how long it takes.',
      // With `exclusive` the usage would tell all of these as exclusive of each other.
      relationships: [{ type: 'none', flags: MEASURING_FLAGS }],
    }),
    'random-weights': Flags.boolean({
      description: 'Measure speeds alone, on random weights and random pixels.',
    }),
    ...experimentFlags,
    ...retryFlags,
    'dry-run': Flags.boolean({ description: 'Show the plan and run nothing.' }),
    fresh: Flags.boolean({ description: 'Run every trial anew; an earlier journal is put aside.' }),
    out: Flags.directory({
      description: 'Folder for the results, in place of reports/<name of the experiment>.',
      helpValue: 'FOLDER',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Reproduce);
    if (flags.list) return this.list(args.table);
    if (args.table === undefined)
      throw new TurboError('Which table is to be reproduced?', {
        allowed: oneOf('', await referenceIds()),
        next: 'turbo-bench reproduce --list',
      });
    const table = await readReference(args.table);
    const mapping = reproductionOf(table);
    const loaded = withLimit(await loadReproduction(mapping, flags['random-weights']), flags.limit);
    const isRandom = flags['random-weights'] && mapping.presets !== undefined;
    const needs = await needsOfReproduction(mapping, loaded);
    refuseMissing(table.id, needs, mapping);
    const only = reproducedOnly(mapping, flags.only ?? [], isRandom);
    const whole = await planLoaded(loaded, only, (text) => this.logToStderr(text)).catch((thrown) => {
      throw withWayOut(thrown, table.id, needs, mapping);
    });
    const selected = trialsOfTable(mapping, whole.selected, isRandom);
    const prepared = { ...whole, selected };
    const { plan } = prepared;
    const { experiment } = plan;
    if (flags['dry-run']) {
      this.log(`${planTable(selected)}\n\n${planSummary(selected, plan)}`);
      return { table: table.id, planned: selected.map(({ id, label }) => ({ id, label })) };
    }
    const folder = flags.out ?? join('reports', experiment.name);
    const { outcome, rows, files, missingCharts, reproduction, exitCode } = await runPlan(prepared, {
      ...{ folder, fresh: flags.fresh, retried: retriedStatuses(flags), json: this.jsonEnabled() },
      beforeReport: ({ provenance }, measured) =>
        keep(folder, {
          table: table.id,
          conditions: measuredConditions(plan, measured, provenance, mappedModels(mapping)),
        }),
    });
    process.exitCode = exitCode;
    const { conditions, figures } = reproduction!;
    this.log(
      `${reproductionPage(reproduction!)}\n${runSummary(outcome, plan.trials.length, folder, files, missingCharts)}`,
    );
    return {
      ...{ table: table.id, experiment: experiment.name, folder, files },
      ...{ interrupted: outcome.interrupted, conditions, figures, rows },
    };
  }

  /** @param id of the one table to list; all of them where there is none */
  private async list(id: string | undefined): Promise<unknown> {
    const tables = id === undefined ? await readReferences() : [await readReference(id)];
    const listed = [];
    for (const table of tables) listed.push(await listedReproduction(table));
    this.log(listedReproductionsText(listed));
    return { tables: listed };
  }
}

/** @throws TurboError when the folder cannot be written */
async function keep(folder: string, kept: KeptReproduction): Promise<void> {
  const text = `${JSON.stringify(kept, null, 2)}\n`;
  await writeCompleteFile(
    join(folder, KEPT_REPRODUCTION),
    [Buffer.from(text)],
    'Cannot keep what is reproduced',
  );
}

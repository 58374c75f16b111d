/** `turbo-bench audit`: runs trials of a run again, and tells whether what was timed is what was scored. */
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import { auditSummary, auditTable } from '../command-line/audit-table.js';
import { experimentFlags } from '../command-line/experiment-flags.js';
import { planOfJournal } from '../command-line/plan-of-journal.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { auditJournal } from '../runner/audit-journal.js';
import { earlierBatches } from '../runner/batch-search.js';
import { JOURNAL_FILE } from '../runner/journal.js';
import { longestSilence, watchedWorkers } from '../runner/watched-workers.js';
import { createWorkerCrew } from '../runner/worker-crew.js';
import { startWorkerProcess } from '../runner/worker-process.js';

const FAILED = 1;

export default class Audit extends TurboCommand {
  static override summary = 'Check that the timed work of a run is the work that was scored.';
  static override description =
    `Every trial is set up again as the journal says, and run in two audits that MLPerf Inference uses:

accuracy  The outputs of timed passes are those of an untimed pass in a session of its own, and their metrics those in the journal.
caching   An input that comes a second time takes as long as the first time.

Nothing is written. The exit code is 0 when every trial passed, 1 when one failed, 2 when the journal cannot be audited.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> reports/quickstart',
    {
      description: 'Two methods of it, as JSON',
      command: '<%= config.bin %> <%= command.id %> reports/quickstart --only turbo --only tome --json',
    },
  ];
  static override args = {
    folder: Args.string({ description: 'Folder with a journal.', required: true }),
  };
  static override flags = { only: experimentFlags.only };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Audit);
    requireReadable(args.folder);
    const { plan, trials } = await planOfJournal(args.folder, flags.only ?? [], (text) =>
      this.logToStderr(text),
    );
    const startWorker = watchedWorkers(startWorkerProcess, longestSilence(plan));
    const crew = createWorkerCrew(
      plan,
      args.folder,
      startWorker,
      { progressed() {} },
      {
        earlierBatch: earlierBatches(
          plan.trials,
          trials.map(({ line }) => line),
        ),
      },
    );
    try {
      const audits = await auditJournal(trials, crew, plan.experiment.seed, ({ label, result }, number) =>
        process.stderr.write(`[${number}/${trials.length}] ${label}: ${result}\n`),
      );
      if (audits.some(({ result }) => result === 'failed')) process.exitCode = FAILED;
      this.log(`${auditTable(audits)}\n\n${auditSummary(audits)}`);
      return { folder: args.folder, audits };
    } finally {
      await crew.close();
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'there is a folder of that name',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** That there is no journal at all is told where it is read. @throws TurboError when there is one that cannot be read */
function requireReadable(folder: string): void {
  const file = join(folder, JOURNAL_FILE);
  try {
    if (statSync(file).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    closeSync(openSync(file, 'r'));
  } catch (cause) {
    const code = systemCode(cause) ?? String(cause);
    if (code === 'ENOENT') return;
    throw new TurboError(`Cannot read the journal: ${REASONS[code] ?? code}`, {
      where: file,
      next: 'turbo-bench audit FOLDER, with the folder that a run wrote to',
      cause,
    });
  }
}

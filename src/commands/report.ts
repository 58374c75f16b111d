import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { chartsOfText } from '../command-line/charts-of-text.js';
import { comparedRows } from '../command-line/compared-rows.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { loadExperiment } from '../experiment/load.js';
import { methods } from '../reduction/registry.js';
import { readJournal } from '../runner/journal.js';
import { currentTrials, picturesOf } from '../runner/journal-lines.js';
import { runNotes } from '../runner/run-notes.js';

export default class Report extends TurboCommand {
  static override summary = 'Write table and charts again, from the journal alone.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> reports/quickstart',
    '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --out /tmp/quickstart',
  ];
  static override args = {
    folder: Args.string({
      description: 'Folder with a journal, or the experiment file it belongs to.',
      required: true,
    }),
  };
  static override flags = {
    out: Flags.directory({
      description: 'Folder to write to, in place of that of the journal.',
      helpValue: 'FOLDER',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Report);
    const isFile = statSync(args.folder, { throwIfNoEntry: false })?.isFile() === true;
    const folder = isFile
      ? join('reports', (await loadExperiment(args.folder, methods)).experiment.name)
      : args.folder;
    const { lines, damaged } = readJournal(folder);
    for (const { line } of damaged) this.logToStderr(`Line ${line} of the journal is damaged and left out.`);
    const trials = currentTrials(lines);
    const run = lines.findLast((line) => line.kind === 'run');
    const rows = await comparedRows(trials, folder, run?.provenance.seed ?? 0, (text) =>
      this.logToStderr(text),
    );
    const out = flags.out ?? folder;
    // Imported when it is needed: the chart library takes a second to load.
    const { renderReport } = await import('../report/report.js');
    const { files } = await renderReport(rows, out, {
      charts: chartsOfText(run?.provenance.experimentText),
      pictures: picturesOf(lines),
      notes: run === undefined ? [] : runNotes(run.provenance),
      trials,
      provenance: run?.provenance ?? null,
    });
    this.log([`${rows.length} trials. Written:`, ...files.map((file) => `  ${join(out, file)}`)].join('\n'));
    return { folder: out, files, rows };
  }
}

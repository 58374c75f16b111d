/** The report of a run, from its journal and what lies beside it. */
import type { TrialRow } from '../report/trial-row.js';
import { readJournal } from '../runner/journal.js';
import { currentTrials, keptSamplesOf, picturesOf } from '../runner/journal-lines.js';
import { runNotes } from '../runner/run-notes.js';
import { chartsOfText } from './charts-of-text.js';
import { comparedRows } from './compared-rows.js';
import { keptBesideRun } from './kept-beside-run.js';

export interface WrittenReport {
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  readonly rows: readonly TrialRow[];
}

/**
 * @param folder of the run @param out where the report goes @param notice is told of what could not be read
 * @throws TurboError when there is no journal, or the report cannot be written
 */
export async function writeReport(
  folder: string,
  out: string,
  notice: (text: string) => void,
): Promise<WrittenReport> {
  const { lines, damaged } = readJournal(folder);
  for (const { line } of damaged) notice(`Line ${line} of the journal is damaged and left out.`);
  const trials = currentTrials(lines);
  const run = lines.findLast((line) => line.kind === 'run');
  const rows = await comparedRows(trials, folder, run?.provenance.seed ?? 0, notice);
  // Imported when it is needed: the chart library takes a second to load.
  const { renderReport } = await import('../report/report.js');
  const { files } = await renderReport(rows, out, {
    charts: chartsOfText(run?.provenance.experimentText),
    pictures: picturesOf(lines),
    notes: runNotes(lines),
    trials,
    provenance: run?.provenance ?? null,
    keptOf: keptSamplesOf(lines),
    ...(await keptBesideRun(folder, trials, rows, notice)),
  });
  return { folder: out, files, rows };
}

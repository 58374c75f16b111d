/** A run folder as the report page shows it: the trials of its journal, with comparisons, pictures and provenance. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PageRun, pageRun } from '../report/page/page-data.js';
import { JOURNAL_FILE, readJournal } from '../runner/journal.js';
import { currentTrials, keptSamplesOf, picturesOf } from '../runner/journal-lines.js';
import { runNotes } from '../runner/run-notes.js';
import { comparedRows } from './compared-rows.js';
import { keptBesideRun } from './kept-beside-run.js';

/**
 * @param live whether the run may go on: its journal need not be there yet, and what it plans is told
 * @throws TurboError when there is no journal in the folder
 */
export async function journalRun(
  folder: string,
  live: boolean,
  notice: (text: string) => void,
): Promise<PageRun> {
  if (live && !existsSync(join(folder, JOURNAL_FILE))) return pageRun(folder, []);
  const { lines, damaged } = readJournal(folder);
  for (const { line, torn } of damaged)
    if (!(live && torn)) notice(`Line ${line} of the journal is damaged and left out.`);
  const run = lines.findLast((line) => line.kind === 'run');
  const trials = currentTrials(lines);
  const rows = await comparedRows(trials, folder, run?.provenance.seed ?? 0, notice);
  return pageRun(
    folder,
    trials.map((trial, at) => ({ ...trial, row: rows[at] ?? trial.row })),
    {
      provenance: run?.provenance ?? null,
      pictures: picturesOf(lines),
      notes: runNotes(lines),
      keptOf: keptSamplesOf(lines),
      ...(await keptBesideRun(folder, trials, rows, notice)),
      planned: live ? (run?.trials.length ?? null) : null,
    },
  );
}

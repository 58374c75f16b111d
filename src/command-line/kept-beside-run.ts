/** What the report of a run shows beside its rows, from the files that lie beside its journal. */
import { readMerging } from '../report/merging/kept-merging.js';
import { keptReproduction } from '../report/reference/kept-reproduction.js';
import type { TrialRow } from '../report/trial-row.js';
import { keptMistakes } from './kept-mistakes.js';

/** @param notice is told of files that cannot be read, which are left out */
export async function keptBesideRun(
  folder: string,
  trials: Parameters<typeof keptMistakes>[0],
  rows: readonly TrialRow[],
  notice: (text: string) => void,
) {
  return {
    mistakes: await keptMistakes(trials, folder),
    merging: await readMerging(folder, notice),
    reproduction: await keptReproduction(folder, rows, notice),
  };
}

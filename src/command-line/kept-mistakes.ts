/** What went wrong only after merging, from the predictions beside a journal. */
import { type GroupMistakes, mistakesOf } from '../report/page/mistakes.js';
import type { TrialLine } from '../runner/journal-lines.js';
import { keptOutcomes } from './kept-outcomes.js';

/** A trial whose predictions are missing or altered counts as one without; `comparedRows` tells of it. @param folder of the journal */
export function keptMistakes(trials: readonly TrialLine[], folder: string): Promise<GroupMistakes[]> {
  return mistakesOf(
    trials.map(({ row }) => row),
    keptOutcomes(trials, folder),
  );
}

/** What went wrong only after merging, from the predictions beside a journal. */
import { TurboError } from '../errors/turbo-error.js';
import { type GroupMistakes, mistakesOf } from '../report/page/mistakes.js';
import type { TrialLine } from '../runner/journal-lines.js';
import { readPredictions } from '../runner/predictions-file.js';

/** A trial whose predictions are missing or altered counts as one without; `comparedRows` tells of it. @param folder of the journal */
export async function keptMistakes(trials: readonly TrialLine[], folder: string): Promise<GroupMistakes[]> {
  const kept = new Map(trials.map(({ row, predictions }) => [row, predictions]));
  return mistakesOf(
    trials.map(({ row }) => row),
    async (row) => {
      const predictions = kept.get(row);
      if (predictions === undefined) return undefined;
      try {
        return await readPredictions(folder, predictions);
      } catch (thrown) {
        if (thrown instanceof TurboError) return undefined;
        throw thrown;
      }
    },
  );
}

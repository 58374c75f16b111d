/** The rows of a journal with their comparisons, from the predictions that lie beside it. */
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { withComparisons } from '../report/significance.js';
import type { TrialRow } from '../report/trial-row.js';
import type { TrialLine } from '../runner/journal-lines.js';
import { readPredictions } from '../runner/predictions-file.js';

/**
 * A trial whose predictions are missing or altered is told of, and its row stays without comparisons.
 *
 * @param folder of the journal @param seed of the experiment
 */
export async function comparedRows(
  trials: readonly TrialLine[],
  folder: string,
  seed: number,
  notice: (text: string) => void,
): Promise<TrialRow[]> {
  const kept = new Map(trials.map(({ row, predictions }) => [row, predictions]));
  return withComparisons(
    trials.map(({ row }) => row),
    async (row) => {
      const predictions = kept.get(row);
      if (predictions === undefined) return undefined;
      try {
        return await readPredictions(folder, predictions);
      } catch (thrown) {
        if (!(thrown instanceof TurboError)) throw thrown;
        notice(
          `${row.trial} is not compared with its baseline: ${thrown.what}, ${thrown.parts.where ?? messageOf(thrown)}.`,
        );
        return undefined;
      }
    },
    seed,
  );
}

/** The rows of a journal with their comparisons, from the predictions that lie beside it. */
import { messageOf } from '../errors/turbo-error.js';
import { withComparisons } from '../report/significance.js';
import type { TrialRow } from '../report/trial-row.js';
import type { TrialLine } from '../runner/journal-lines.js';
import { keptOutcomes } from './kept-outcomes.js';

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
  const outcomesOf = keptOutcomes(trials, folder, ({ trial }, why) =>
    notice(`${trial} is not compared with its baseline: ${why.what}, ${why.parts.where ?? messageOf(why)}.`),
  );
  return withComparisons(
    trials.map(({ row }) => row),
    outcomesOf,
    seed,
  );
}

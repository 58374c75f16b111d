/** What became of the samples of a trial, from the predictions that lie beside its journal. */
import { TurboError } from '../errors/turbo-error.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';
import type { TrialRow } from '../report/trial-row.js';
import type { TrialLine } from '../runner/journal-lines.js';
import { readPredictions } from '../runner/predictions-file.js';

/**
 * Reads the outcomes of a row; undefined for a trial that kept none, or whose file is missing or altered.
 *
 * @param folder of the journal @param onUnreadable is told of a file that is missing or altered
 */
export function keptOutcomes(
  trials: readonly TrialLine[],
  folder: string,
  onUnreadable: (row: TrialRow, why: TurboError) => void = () => {},
): (row: TrialRow) => Promise<readonly SampleOutcome[] | undefined> {
  const kept = new Map(trials.map(({ row, predictions }) => [row, predictions]));
  return async (row) => {
    const predictions = kept.get(row);
    if (predictions === undefined) return undefined;
    try {
      return await readPredictions(folder, predictions);
    } catch (thrown) {
      if (!(thrown instanceof TurboError)) throw thrown;
      onUnreadable(row, thrown);
      return undefined;
    }
  };
}

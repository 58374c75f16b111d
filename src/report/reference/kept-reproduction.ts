/** What a run reproduces, kept beside its journal, so that every report of it sets measured and published side by side again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, TurboError } from '../../errors/turbo-error.js';
import type { TrialRow } from '../trial-row.js';
import { compareWithPublished } from './compare-published.js';
import { differingConditions, isSameHardware, MeasuredConditions } from './conditions.js';
import { readReference } from './list-references.js';
import type { ReproductionResult } from './reproduction-page.js';

/** The file that keeps it, in the folder of a run. */
export const KEPT_REPRODUCTION = 'reproduction.json';

/** The table, and what held when it was measured anew. */
const KeptReproduction = z.strictObject({ table: z.string().min(1), conditions: MeasuredConditions });
export type KeptReproduction = z.infer<typeof KeptReproduction>;

/**
 * These rows beside the table that their run reproduces; null where it reproduces none.
 *
 * @param notice is told of a table that cannot be read, which is left out
 */
export async function keptReproduction(
  folder: string,
  rows: readonly TrialRow[],
  notice: (text: string) => void,
): Promise<ReproductionResult | null> {
  const file = join(folder, KEPT_REPRODUCTION);
  try {
    const { table: id, conditions } = KeptReproduction.parse(JSON.parse(await readFile(file, 'utf8')));
    const table = await readReference(id);
    const { reproduction } = table;
    if (reproduction === undefined) throw new TurboError('The table has no experiment');
    const { randomWeights } = conditions;
    const sameHardware = isSameHardware(table, conditions);
    return {
      ...{ table, experiment: reproduction.experiment, randomWeights },
      conditions: differingConditions(table, reproduction, conditions),
      figures: compareWithPublished(table, reproduction, rows, { randomWeights, sameHardware }),
      remarks: randomWeights ? ['Weights are random: accuracies were not measured.'] : [],
    };
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null;
    const why = thrown instanceof TurboError ? thrown.what : 'it is damaged';
    notice(`What ${file} says is reproduced is left out: ${why}.`);
    return null;
  }
}

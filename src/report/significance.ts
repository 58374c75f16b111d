/**
 * Rows with what may be said of their accuracy beside that of the unreduced model: computed when a report is rendered, from what became of every sample.
 *
 * The variants of one table are one family for Holm's correction, metric by metric. Only valid rows are compared.
 */

import { type PairedComparison, pairedComparisons } from '../measure/paired-comparison.js';
import { isRightOrWrong, PAIRED_METRICS, type SampleOutcome, valuesOf } from '../metrics/sample-outcome.js';
import { pairedOutcomes } from './paired-outcomes.js';
import { groupTrials, type TrialGroup } from './trial-groups.js';
import { isBaseline, type TrialRow } from './trial-row.js';

/** What became of every sample of a trial; undefined where it was not kept, or is not there any more. */
export type OutcomesOf = (row: TrialRow) => Promise<readonly SampleOutcome[] | undefined>;

/** The same rows, those that can be compared with `comparisons`. @param seed of the experiment */
export async function withComparisons(
  rows: readonly TrialRow[],
  outcomesOf: OutcomesOf,
  seed: number,
): Promise<TrialRow[]> {
  const compared = new Map<TrialRow, Record<string, PairedComparison>>();
  for (const group of groupTrials(rows)) await compareGroup(group, outcomesOf, seed, compared);
  return rows.map((row) => {
    const comparisons = compared.get(row);
    return comparisons === undefined ? row : { ...row, comparisons };
  });
}

async function compareGroup(
  { rows, baseline }: TrialGroup,
  outcomesOf: OutcomesOf,
  seed: number,
  compared: Map<TrialRow, Record<string, PairedComparison>>,
): Promise<void> {
  const variants = rows.filter((row) => !isBaseline(row) && row.status === 'completed');
  const reference = baseline === undefined || variants.length === 0 ? undefined : await outcomesOf(baseline);
  if (reference === undefined) return;
  /** Of each metric the variants that have it. Outcomes are let go: there may be millions. */
  const differences = new Map<string, { row: TrialRow; values: Float64Array }[]>();
  for (const row of variants) {
    const outcomes = await outcomesOf(row);
    if (outcomes === undefined) continue;
    const [ours, theirs] = pairedOutcomes(outcomes, reference);
    for (const metric of PAIRED_METRICS.filter((name) => typeof row.metrics[name] === 'number')) {
      const values = valuesOf(metric, ours);
      const before = valuesOf(metric, theirs);
      if (values === undefined || before === undefined || values.length === 0) continue;
      const of = differences.get(metric) ?? [];
      of.push({ row, values: values.map((value, sample) => value - before[sample]!) });
      differences.set(metric, of);
    }
  }
  for (const [metric, of] of differences) {
    const results = pairedComparisons(
      of.map(({ values }) => values),
      isRightOrWrong(metric),
      seed,
    );
    for (const [at, { row }] of of.entries())
      compared.set(row, { ...compared.get(row), [metric]: results[at]! });
  }
}

/**
 * Whether variants differ from what they are held against, on the same samples: mean difference with its 95 % interval, p value, and the p value
 * that is left when several variants are tested at once.
 *
 * Right or wrong: McNemar's mid-p. Scores: paired bootstrap. Both: interval by the paired bootstrap (BCa), Holm's correction over the variants.
 */
import { seededRandom } from '../random/seeded.js';
import { holmAdjusted } from './holm.js';
import { mcNemar } from './mcnemar.js';
import { pairedBootstrap } from './paired-bootstrap.js';

export interface PairedComparison {
  /** Of the means: variant − reference. */
  difference: number;
  low: number;
  high: number;
  /** Two-sided. Of a bootstrap never below what its resamples can tell. */
  pValue: number;
  /** After Holm's correction over the variants. */
  adjustedPValue: number;
}

/** An adjusted p value from here on is no difference that could be told from chance. */
export const SIGNIFICANCE_LEVEL = 0.05;

/** One in so many, times 50 variants, is still below the level. */
const RESAMPLES = 2000;

/** What is told of differences that chance explains well enough. */
export function isDistinguishable({ adjustedPValue }: PairedComparison): boolean {
  return adjustedPValue < SIGNIFICANCE_LEVEL;
}

/**
 * @param differences `[variants][samples]`, the samples of one variant being those of all others where they are equally many
 * @param isRightOrWrong whether each difference is −1, 0 or 1, of samples that are right or wrong
 * @param seed of the experiment, so that the numbers are the same when they are computed again
 */
export function pairedComparisons(
  differences: readonly Float64Array[],
  isRightOrWrong: boolean,
  seed: number,
): PairedComparison[] {
  const found = differences.map((): Omit<PairedComparison, 'adjustedPValue'> | undefined => undefined);
  for (const samples of new Set(differences.map(({ length }) => length))) {
    const members = [...differences.keys()].filter((variant) => differences[variant]!.length === samples);
    const own = members.map((variant) => differences[variant]!);
    const { uniform } = seededRandom(seed, 'paired comparison');
    for (const [at, result] of pairedBootstrap(own, RESAMPLES, uniform).entries()) {
      const { difference, low, high } = result;
      const pValue = isRightOrWrong ? midP(own[at]!) : Math.max(result.pValue, 1 / RESAMPLES);
      found[members[at]!] = { difference, low, high, pValue };
    }
  }
  const tested = found.map((comparison) => comparison!);
  const adjusted = holmAdjusted(tested.map(({ pValue }) => pValue));
  return tested.map((comparison, variant) => ({ ...comparison, adjustedPValue: adjusted[variant]! }));
}

function midP(differences: Float64Array): number {
  let [worse, better] = [0, 0];
  for (const difference of differences) {
    if (difference < 0) worse++;
    if (difference > 0) better++;
  }
  return mcNemar(worse, better).midP;
}

/**
 * What is changed about a row before a token is chosen.
 *
 * Source: `RepetitionPenaltyLogitsProcessor` and `MinLengthLogitsProcessor` of transformers: the penalty acts once on each token that
 * occurs in the text so far, prompt included.
 */

/** Rules of one search. */
export interface Adjustments {
  readonly repetitionPenalty: number;
  readonly minLength: number;
  readonly endId: number;
}

/**
 * In place; `row` holds logits in greedy search and sampling, log-probabilities in beam search.
 *
 * @param row [vocabulary] @param ids the text so far
 */
export function adjustRow(
  row: Float32Array,
  ids: readonly number[],
  { repetitionPenalty, minLength, endId }: Adjustments,
): void {
  if (repetitionPenalty !== 1)
    for (const id of new Set(ids)) {
      const value = row[id]!;
      row[id] = value < 0 ? value * repetitionPenalty : value / repetitionPenalty;
    }
  if (ids.length < minLength) row[endId] = Number.NEGATIVE_INFINITY;
}

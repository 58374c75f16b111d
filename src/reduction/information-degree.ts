/**
 * Information degree: redundancy R against semantic value S in one score per source. High = little information = merged early.
 *
 * Source: Turbo, strategies S1–S4 of its supplement (section 2.1); λ = 30 is the scale in the authors' code, so that α = 1…10 is the
 * useful range.
 */
import { z } from 'zod';
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';

export const LAMBDA = 30;

/** Keeps a ratio finite where a softmax weight underflows. */
const SMALLEST_VALUE = 1e-30;

export const Combine = z
  .enum(['additive', 'ratio', 'product', 'normalized', 'rank-sum', 'redundancy-only', 'semantic-only'])
  .describe(
    'How redundancy R and semantic value S make one score. additive: R − α·β^|γ−l|·30·S; ratio: R / 30·S; product: R·(1 − α·30·S); normalized: both scaled to [0, 1] per image; rank-sum: ranks instead of values; redundancy-only: ToMe; semantic-only: −S.',
  );
export type Combine = z.infer<typeof Combine>;

export interface InformationDegreeOptions {
  readonly combine: Combine;
  readonly alpha: number;
  /** β^|γ − l| of this block. */
  readonly layerFactor: number;
}

/** Scores of the sources that may be merged. */
export interface SourceScores {
  /** [batch, candidates]: higher is merged earlier; the lower column first among equals. */
  readonly score: Tensor;
  /** [batch, candidates] int64: which mergeable source a column stands for. Null: the columns are the sources in order. */
  readonly candidates: Tensor | null;
}

/** Whether the score depends on S at all; where it does not, S is never computed. */
export function usesSemanticValue({ combine, alpha, layerFactor }: InformationDegreeOptions): boolean {
  if (combine === 'redundancy-only') return false;
  if (combine === 'ratio' || combine === 'semantic-only') return true;
  return alpha !== 0 && (combine !== 'additive' || layerFactor !== 0);
}

/**
 * @param redundancy [batch, M]: R of each mergeable source with its best destination
 * @param semantic [batch, M]: S of the same sources; may be null where `usesSemanticValue` is false
 */
export function informationDegree(
  redundancy: Tensor,
  semantic: Tensor | null,
  options: InformationDegreeOptions,
): SourceScores {
  if (semantic === null || !usesSemanticValue(options)) return plain(redundancy);
  const { combine, alpha, layerFactor } = options;
  switch (combine) {
    case 'additive':
      return plain(g.sub(redundancy, g.mul(semantic, alpha * layerFactor * LAMBDA)));
    case 'ratio':
      return plain(g.div(redundancy, g.max(g.mul(semantic, LAMBDA), SMALLEST_VALUE)));
    case 'product':
      return plain(g.mul(redundancy, g.sub(1, g.mul(semantic, alpha * LAMBDA))));
    case 'normalized':
      return plain(g.sub(scaledToUnit(redundancy), g.mul(scaledToUnit(semantic), alpha)));
    case 'rank-sum':
      return rankSum(redundancy, semantic, alpha);
    case 'semantic-only':
      return plain(g.neg(semantic));
    case 'redundancy-only':
      return plain(redundancy);
  }
}

function plain(score: Tensor): SourceScores {
  return { score, candidates: null };
}

/**
 * Range of a row beside its largest value, below which it counts as constant. Sums of up to a thousand numbers, such as the mean of S over a neighbourhood of all tokens,
 * differ by up to 10⁻⁶ of themselves with the order of their terms in float32; scaled to [0, 1], that noise would outweigh everything else.
 */
const CONSTANT = 1e-5;

/** Rows scaled to [0, 1]; a row that is constant but for rounding gives 0. */
function scaledToUnit(values: Tensor): Tensor {
  const [low, high] = [g.reduceMin(values, { axes: [1] }), g.reduceMax(values, { axes: [1] })];
  const range = g.sub(high, low);
  const varies = g.greater(range, g.mul(g.max(g.abs(low), g.abs(high)), CONSTANT));
  return g.where(varies, g.div(g.sub(values, low), g.where(varies, range, 1)), 0);
}

/**
 * −(rank of R, descending + α · rank of S, ascending), ranks from 0. The columns come in order of R, so that equal sums
 * fall to the better R.
 */
function rankSum(redundancy: Tensor, semantic: Tensor, alpha: number): SourceScores {
  const count = redundancy.shape[1] as number;
  const byRedundancy = g.topK(redundancy, count, { axis: 1 }).indices;
  const bySemantic = g.topK(semantic, count, { axis: 1, largest: false }).indices;
  const semanticRank = g.gatherElements(inverse(bySemantic, count), byRedundancy, { axis: 1 });
  const redundancyRank = g.constant(
    Float32Array.from({ length: count }, (_, rank) => rank),
    [1, count],
  );
  const sum = g.add(g.mul(g.cast(semanticRank, 'float32'), alpha), redundancyRank);
  return { score: g.neg(sum), candidates: byRedundancy };
}

/** The rank of each index in `order` [batch, count]: a permutation turned around. */
function inverse(order: Tensor, count: number): Tensor {
  const ranks = g.integers(
    Array.from({ length: count }, (_, rank) => rank),
    [1, count],
  );
  return g.scatterElements(order, order, g.add(g.mul(order, 0), ranks), { axis: 1 });
}

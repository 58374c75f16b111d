/**
 * Bipartite soft matching: the r sources of highest score go to their best destinations.
 *
 * Source: ToMe (arXiv 2210.09461, section 3), kept in Turbo. Equal scores fall to the lower index.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { SourceScores } from './information-degree.js';
import type { Partition } from './partition.js';

/** Who goes where. Indices count within the partition's sources or destinations. */
export interface Matching {
  readonly partition: Partition;
  readonly r: number;
  /** [batch, r] int64 among the sources, by descending score. */
  readonly merged: Tensor;
  /** [batch, r] int64 among the destinations. */
  readonly destination: Tensor;
  /** [batch, sources − r] int64 among the sources: ascending, or by descending score without a class token. */
  readonly unmerged: Tensor;
  /** A distillation token, the first destination, comes second in the output. */
  readonly distillationToken: boolean;
}

export interface MatchingOptions {
  readonly partition: Partition;
  readonly r: number;
  /** The first source is the class token: never merged, and it keeps its place. */
  readonly classToken: boolean;
  readonly distillationToken: boolean;
}

/**
 * @param scores of the mergeable sources: all sources, without the class token
 * @param destination [batch, sources] int64: best destination of every source, class token included
 */
export function matchTokens(scores: SourceScores, destination: Tensor, options: MatchingOptions): Matching {
  const { partition, r, classToken, distillationToken } = options;
  const mergeable = partition.sources.length - Number(classToken);
  const order = g.topK(scores.score, classToken ? r : mergeable, { axis: 1 }).indices;
  const ranked = scores.candidates === null ? order : g.gatherElements(scores.candidates, order, { axis: 1 });
  const chosen = classToken ? ranked : g.slice(ranked, { starts: [0], ends: [r], axes: [1] });
  const merged = classToken ? g.add(chosen, 1) : chosen;
  return {
    partition,
    r,
    distillationToken,
    merged,
    destination: g.gatherElements(destination, merged, { axis: 1 }),
    unmerged: classToken
      ? withoutAscending(destination, merged, partition.sources.length - r)
      : g.slice(ranked, { starts: [r], ends: [mergeable], axes: [1] }),
  };
}

/**
 * The columns that `taken` leaves over, ascending. A mask and its non-zero places need no second sort.
 *
 * @param like [batch, columns] int64, non-negative
 * @param taken [batch, r] int64, distinct within a row
 * @returns [batch, left] int64
 */
export function withoutAscending(like: Tensor, taken: Tensor, left: number): Tensor {
  const batch = like.shape[0]!;
  const mask = g.scatterElements(g.greaterOrEqual(like, 0), taken, g.less(taken, 0), { axis: 1 });
  const count = g.multiplyDimensions(batch, left)!;
  const places = g.nonZero(mask, { count });
  return g.reshape(g.slice(places, { starts: [1], ends: [2], axes: [0] }), [batch, left]);
}

/**
 * Cross-modal reduction: a text layer hands on only the image tokens that the text attends to.
 *
 * Source: the authors' code of Turbo (arXiv 2312.07408), text encoder and decoder of BLIP.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { flattenTokens, rowOffsets } from './merge.js';

export interface CrossModalCounts {
  /** Share of the first count that each layer takes away. */
  readonly drop: number;
  /** Largest share that is ever taken away. */
  readonly maxDrop: number;
}

/**
 * Image tokens left after each text layer: max(int(N₀·(1 − maxDrop)), int((1 − drop·(i + 1))·N₀)), in double precision,
 * so that `1 − 0.8` leaves 19 of 100.
 *
 * @param imageTokens N₀: what the vision tower hands over, class token included
 */
export function imageTokensKept(
  imageTokens: number,
  layerCount: number,
  { drop, maxDrop }: CrossModalCounts,
): number[] {
  const floor = Math.trunc(imageTokens * (1 - maxDrop));
  return Array.from({ length: layerCount }, (_, layer) =>
    Math.max(floor, Math.trunc((1 - drop * (layer + 1)) * imageTokens)),
  );
}

/** Which text queries are asked: all of them, or the first (class) one. */
export type CrossModalScore = 'all-queries' | 'class-query';

/**
 * Attention mass of every image token: the sum over heads and text queries.
 *
 * @param attention [batch, heads, queries, N], softmax rows of a cross-attention
 * @returns [batch, N]
 */
export function attentionMass(attention: Tensor, score: CrossModalScore): Tensor {
  const asked =
    score === 'all-queries' ? attention : g.slice(attention, { starts: [0], ends: [1], axes: [2] });
  return g.reduceSum(asked, { axes: [1, 2], keepdims: false });
}

/**
 * The `keep` image tokens of largest mass, in order of falling mass.
 *
 * @param imageTokens [batch, N, C]
 * @param mass [batch, N]
 * @returns `kept` [batch, keep, C] and `indices` [batch, keep] int64
 */
export function keepAttended(
  imageTokens: Tensor,
  mass: Tensor,
  keep: number,
): { kept: Tensor; indices: Tensor } {
  const { indices } = g.topK(mass, keep, { axis: 1 });
  const rows = g.add(indices, rowOffsets(imageTokens));
  return { kept: g.gather(flattenTokens(imageTokens), rows), indices };
}

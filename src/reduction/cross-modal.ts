/**
 * Cross-modal reduction: a text layer hands on only the image tokens that the text attends to.
 *
 * Source: the authors' code of Turbo (arXiv 2312.07408), text encoder and decoder of BLIP, where every call of it is commented out: published
 * figures are without it.
 */
import { z } from 'zod';
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { flattenTokens, rowOffsets } from './merge.js';

export const CrossModal = z
  .strictObject({
    drop: z
      .number()
      .min(0)
      .max(1)
      .default(0.07)
      .describe('Share of the first image tokens that each text layer takes away.'),
    maxDrop: z.number().min(0).max(1).default(0.8).describe('Largest share that is ever taken away.'),
    score: z
      .enum(['all-queries', 'class-query'])
      .default('all-queries')
      .describe('Whose attention counts: that of all text tokens, or of the first one.'),
    countPadding: z
      .boolean()
      .default(false)
      .describe(
        "Padded text tokens count as well, as in the authors' code; a result then depends on its batch.",
      ),
    choose: z
      .enum(['prompt', 'every-step'])
      .default('prompt')
      .describe(
        "When a decoder chooses: once, at the prompt, or anew for every token as the authors' code does.",
      ),
  })
  .describe('Image tokens that the text side of a model lets go, layer by layer.');
export type CrossModal = z.infer<typeof CrossModal>;

/** The cross-modal part of a reduction; null where it has none. */
export function crossModalOf(reduction: Readonly<Record<string, unknown>>): CrossModal | null {
  return (reduction.crossModal as CrossModal | undefined) ?? null;
}

export type CrossModalCounts = Pick<CrossModal, 'drop' | 'maxDrop'>;

/**
 * Image tokens left after each text layer: max(int(N₀·(1 − maxDrop)), int((1 − drop·(i + 1))·N₀)), in double precision,
 * so that `1 − 0.8` leaves 19 of 100. Never fewer than one.
 *
 * @param imageTokens N₀: what the vision tower hands over, class token included
 */
export function imageTokensKept(
  imageTokens: number,
  layerCount: number,
  { drop, maxDrop }: CrossModalCounts,
): number[] {
  const floor = Math.max(1, Math.trunc(imageTokens * (1 - maxDrop)));
  return Array.from({ length: layerCount }, (_, layer) =>
    Math.max(floor, Math.trunc((1 - drop * (layer + 1)) * imageTokens)),
  );
}

/** Which text queries are asked: all of them, or the first (class) one. */
export type CrossModalScore = CrossModal['score'];

/**
 * Attention mass of every image token: the sum over heads and text queries.
 *
 * @param attention [batch, heads, queries, N], softmax rows of a cross-attention
 * @param textMask [batch, queries] float32, 0 for queries that do not count; null when all do
 * @returns [batch, N]
 */
export function attentionMass(
  attention: Tensor,
  score: CrossModalScore,
  textMask: Tensor | null = null,
): Tensor {
  const asked =
    score === 'all-queries' ? attention : g.slice(attention, { starts: [0], ends: [1], axes: [2] });
  const counted =
    textMask === null || score === 'class-query' ? asked : g.mul(asked, g.unsqueeze(textMask, [1, 3]));
  return g.reduceSum(counted, { axes: [1, 2], keepdims: false });
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

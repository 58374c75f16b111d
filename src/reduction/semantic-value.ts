/**
 * Semantic value S: what a token matters to the image as a whole, read from attention that the block pays anyway.
 *
 * Source: Turbo (arXiv 2312.07408, section 3.3; supplement, section 3).
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { BlockState } from './reducer.js';

/**
 * Attention that the class token (position 0) pays to every token, mean over heads. The row costs O(N·C) and needs no
 * attention map, so that fused attention kernels stay usable.
 *
 * All heads in one product: the class query, laid out block-diagonally [C, heads], times the keys.
 *
 * @param queries [batch, N, C]
 * @param keys [batch, N, C]
 * @param logSize [batch, N, 1], added to the logits under proportional attention
 * @returns [batch, N], each row adds up to 1
 */
export function classAttention(queries: Tensor, keys: Tensor, heads: number, logSize: Tensor | null): Tensor {
  const batch = queries.shape[0]!;
  const width = queries.shape[2] as number;
  const query = g.reshape(g.slice(queries, { starts: [0], ends: [1], axes: [1] }), [batch, width, 1]);
  const logits = g.matMul(keys, g.mul(query, headColumns(width, heads)));
  const biased = logSize === null ? logits : g.add(logits, logSize);
  return g.reduceMean(g.softmax(biased, { axis: 1 }), { axes: [2], keepdims: false });
}

/** 1/√d where a channel belongs to a head, 0 elsewhere: [C, heads]. */
function headColumns(width: number, heads: number): Tensor {
  const perHead = width / heads;
  const data = new Float32Array(width * heads);
  for (let channel = 0; channel < width; channel++)
    data[channel * heads + Math.floor(channel / perHead)] = 1 / Math.sqrt(perHead);
  return g.constant(data, [width, heads]);
}

/**
 * Attention that a token receives, mean over heads and queries: for networks without a class token.
 *
 * As a product with a row of equal shares: `ReduceMean` over the two axes took 68 ms where this takes 2 (8 heads, 512 queries, 4,096 tokens).
 *
 * @param attentionWeights [batch, heads, queries, N], softmax rows
 * @returns [batch, N]
 */
export function receivedAttention(attentionWeights: Tensor): Tensor {
  const [batch, heads, queries, tokens] = attentionWeights.shape;
  const rows = (heads as number) * (queries as number);
  const share = g.floats(new Array<number>(rows).fill(1 / rows), [1, rows]);
  return g.squeeze(g.matMul(share, g.reshape(attentionWeights, [batch!, rows, tokens!])), [1]);
}

/**
 * S averaged over a token and the `k` tokens most similar to it: a smoother choice, for the ablation.
 *
 * @param semantic [batch, N]
 * @param unit [batch, N, d], rows of unit length; the token itself is its own nearest
 * @returns [batch, N]
 */
export function neighbourhoodMean(semantic: Tensor, unit: Tensor, k: number): Tensor {
  const [batch, tokens] = semantic.shape as [Tensor['shape'][number], number];
  const near = Math.min(k + 1, tokens);
  const similarity = g.matMul(unit, g.transpose(unit, [0, 2, 1]));
  const { indices } = g.topK(similarity, near, { axis: 2 });
  const flat = g.reshape(indices, [batch, tokens * near]);
  const values = g.reshape(g.gatherElements(semantic, flat, { axis: 1 }), [batch, tokens, near]);
  return g.reduceMean(values, { axes: [2], keepdims: false });
}

/**
 * S of a block's tokens whatever its method looks at, from queries and keys: what a trace shows of ToMe or of no reduction. Without a
 * class token this makes the whole attention map.
 *
 * @param proportional whether the block adds log(size) of the key to its logits
 * @returns [batch, N]
 */
export function tracedSemanticValue(
  { queries, keys, heads, sizes }: Pick<BlockState, 'queries' | 'keys' | 'heads' | 'sizes'>,
  { classToken, proportional }: { readonly classToken: boolean; readonly proportional: boolean },
): Tensor {
  const logSize = proportional && sizes !== null ? g.log(sizes) : null;
  if (classToken) return classAttention(queries, keys, heads, logSize);
  const byHead = (x: Tensor, order: readonly number[]): Tensor => {
    const [batch, tokens, width] = x.shape;
    return g.transpose(g.reshape(x, [batch!, tokens!, heads, (width as number) / heads]), order);
  };
  const scale = 1 / Math.sqrt((queries.shape[2] as number) / heads);
  const logits = g.matMul(byHead(g.mul(queries, scale), [0, 2, 1, 3]), byHead(keys, [0, 2, 3, 1]));
  const biased = logSize === null ? logits : g.add(logits, g.unsqueeze(g.transpose(logSize, [0, 2, 1]), [1]));
  return receivedAttention(g.softmax(biased, { axis: -1 }));
}

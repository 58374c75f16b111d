/**
 * Multi-head self-attention with proportional attention (ToMe, section 3: log(size) of the key is added to the logits).
 *
 * There are several ways to add log(size); they differ in speed only and are switched by `SizeBias`:
 * - `decomposed`: MatMul, Add, Softmax, MatMul.
 * - `fused-bias`: MultiHeadAttention with `attention_bias` [batch, 1, N, N].
 * - `extra-dimension`: no bias input: q' = [q, 1/scale], k' = [k, log size], so that q'·k'·scale = q·k·scale + log size.
 * - `weighted-values`: softmax(a + log s)·v = softmax(a)·[s·v] / softmax(a)·s, one more column of values per head.
 * Over a whole merged ViT-B/16 on ONNX Runtime's CPU provider they lie within 2 % of each other (`bench/size-bias.ts`), though the
 * attention core alone differs by half: it is 6 % of the time, and what is saved in it goes into the extra column.
 */
import {
  add,
  concat,
  constant,
  div,
  expand,
  log,
  matMul,
  mul,
  multiHeadAttention,
  reshape,
  slice,
  softmax,
  transpose,
} from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';

export const sizeBiases = ['decomposed', 'fused-bias', 'extra-dimension', 'weighted-values'] as const;
export type SizeBias = (typeof sizeBiases)[number];

/** No [N, N] matrix in memory, and never behind the others by more than the noise. */
export const defaultSizeBias: SizeBias = 'extra-dimension';

export interface Attention {
  /** [batch, N, C], heads side by side, not scaled. */
  readonly queries: Tensor;
  /** [batch, M, C]. */
  readonly keys: Tensor;
  /** [batch, M, C]. */
  readonly values: Tensor;
  readonly heads: number;
  /** [batch, M, 1] when keys count by size, otherwise null. */
  readonly sizes: Tensor | null;
  /** Added to the logits, [batch or 1, 1, N, M]; null when every query sees every key. */
  readonly mask: Tensor | null;
  /** Hand the softmax rows back. */
  readonly materialize: boolean;
  readonly sizeBias: SizeBias;
}

export interface Attended {
  /** [batch, N, C]. */
  readonly context: Tensor;
  /** [batch, heads, N, M] when they were asked for. */
  readonly weights: Tensor | null;
}

/** softmax(q·kᵀ/√d + log size + mask) · v, per head. */
export function attend(attention: Attention): Attended {
  const { queries, keys, values, heads, sizes, mask, materialize, sizeBias } = attention;
  if (materialize || (sizes !== null && sizeBias === 'decomposed')) return decomposed(attention);
  if (sizes === null) return fused(queries, keys, values, heads, mask);
  if (mask === null && sizeBias === 'extra-dimension') return extraDimension(attention, sizes);
  if (mask === null && sizeBias === 'weighted-values') return weightedValues(attention, sizes);
  return fused(queries, keys, values, heads, fullBias(attention, sizes));
}

function fused(queries: Tensor, keys: Tensor, values: Tensor, heads: number, bias: Tensor | null): Attended {
  const context = multiHeadAttention(queries, keys, values, {
    numHeads: heads,
    ...(bias === null ? {} : { attentionBias: bias }),
  });
  return { context, weights: null };
}

/** [batch, 1, 1, M]. */
function logSizes(sizes: Tensor): Tensor {
  const [batch, tokens] = sizes.shape;
  return reshape(log(sizes), [batch!, 1, 1, tokens!]);
}

/** log(size) and mask as the [batch, 1, N, M] that MultiHeadAttention wants. */
function fullBias({ queries, mask }: Attention, sizes: Tensor): Tensor {
  const bias = logSizes(sizes);
  if (mask !== null) return add(mask, bias);
  const [batch, , , keys] = bias.shape;
  return expand(bias, [batch!, 1, queries.shape[1]!, keys!]);
}

/** [batch, N, C] → [batch, heads, N, d]. */
function byHead(x: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape;
  return transpose(reshape(x, [batch!, tokens!, heads, (width as number) / heads]), [0, 2, 1, 3]);
}

function decomposed({ queries, keys, values, heads, sizes, mask, materialize }: Attention): Attended {
  const width = queries.shape[2] as number;
  const scaled = mul(byHead(queries, heads), (width / heads) ** -0.5);
  let logits = matMul(scaled, transpose(byHead(keys, heads), [0, 1, 3, 2]));
  if (sizes !== null) logits = add(logits, logSizes(sizes));
  if (mask !== null) logits = add(logits, mask);
  const weights = softmax(logits, { axis: -1 });
  const [batch, , tokens] = weights.shape;
  const context = reshape(transpose(matMul(weights, byHead(values, heads)), [0, 2, 1, 3]), [
    batch!,
    tokens!,
    values.shape[2]!,
  ]);
  return { context, weights: materialize ? weights : null };
}

/** Appends one column to every head: [batch, N, C] and [batch, N, heads, 1] → [batch, N, C + heads]. */
function withColumn(x: Tensor, column: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape;
  const split = reshape(x, [batch!, tokens!, heads, (width as number) / heads]);
  return reshape(concat([split, column], { axis: 3 }), [batch!, tokens!, (width as number) + heads]);
}

function extraDimension({ queries, keys, values, heads }: Attention, sizes: Tensor): Attended {
  const headWidth = (queries.shape[2] as number) / heads;
  const [batch, tokens] = queries.shape;
  const [, keyTokens] = keys.shape;
  const ones = expand(constant(Float32Array.of(Math.sqrt(headWidth)), [1, 1, 1, 1]), [
    batch!,
    tokens!,
    heads,
    1,
  ]);
  const logs = expand(reshape(log(sizes), [batch!, keyTokens!, 1, 1]), [batch!, keyTokens!, heads, 1]);
  const context = multiHeadAttention(
    withColumn(queries, ones, heads),
    withColumn(keys, logs, heads),
    values,
    { numHeads: heads, scale: headWidth ** -0.5 },
  );
  return { context, weights: null };
}

function weightedValues({ queries, keys, values, heads }: Attention, sizes: Tensor): Attended {
  const [batch, keyTokens, width] = values.shape;
  const headWidth = (width as number) / heads;
  const column = expand(reshape(sizes, [batch!, keyTokens!, 1, 1]), [batch!, keyTokens!, heads, 1]);
  const weighted = withColumn(mul(values, sizes), column, heads);
  const sums = multiHeadAttention(queries, keys, weighted, { numHeads: heads });
  const tokens = queries.shape[1]!;
  const split = reshape(sums, [batch!, tokens, heads, headWidth + 1]);
  const numerator = slice(split, { starts: [0], ends: [headWidth], axes: [3] });
  const denominator = slice(split, { starts: [headWidth], ends: [headWidth + 1], axes: [3] });
  return { context: reshape(div(numerator, denominator), [batch!, tokens, width!]), weights: null };
}

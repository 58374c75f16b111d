/**
 * Cross-attention from text to image tokens, in two forms that give one result.
 *
 * - `projected`: keys and values are made of all image tokens, 4·N·C² operations, then attended to.
 * - `absorbed`: the key layer is moved over to the queries and the value layer behind the sum, (q·Wk)·X instead of q·(Wk·X), so that
 *   keys and values never exist: 4·T·C² + 4·T·heads·N·C operations for T queries. The key bias adds the same to every logit of a row and
 *   falls out of the softmax; the value bias comes through whole, because a row adds up to 1.
 *
 * Few queries make the second cheaper: one decoding step of BLIP-base over 577 image tokens reads 1.8 MB of image tokens, which all
 * layers share, instead of 43 MB of cached keys and values, and the prompt has none to make.
 */
import { add, elementCount, matMul, mul, reshape, softmax, transpose, unsqueeze } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { attend, defaultSizeBias } from '../blocks/attention.js';
import { project } from '../blocks/linear.js';
import type { ImageTokens } from './image-tokens.js';
import type { AttentionProjections } from './text-layer.js';

export interface CrossAttention {
  /** [batch, T, C] the text. */
  readonly text: Tensor;
  readonly image: ImageTokens;
  readonly projections: AttentionProjections;
  readonly heads: number;
  /** Added to the logits, [batch, N], or null. */
  readonly mask: Tensor | null;
  /** Hand the softmax rows back. */
  readonly materialize: boolean;
}

export interface CrossAttended {
  /** [batch, T, C], before the output layer. */
  readonly context: Tensor;
  /** [batch, heads, T, N] when they were asked for. */
  readonly weights: Tensor | null;
}

/** The cheaper form for these sizes. */
export function crossAttend(attention: CrossAttention): CrossAttended {
  const { text, image, heads } = attention;
  const { rows, columns } = image;
  if (columns === null) return absorbedPerQuery(attention, rows);
  const [, queries, width] = text.shape as [unknown, number, number];
  const [, tokens, imageWidth] = rows.shape as [unknown, number, number];
  const projected = 4 * tokens * imageWidth * width + 4 * queries * tokens * width;
  const absorbed = 4 * queries * width * imageWidth + 4 * queries * heads * tokens * imageWidth;
  return absorbed < projected ? absorbedByAll(attention, rows, columns) : projectedFirst(attention, rows);
}

function projectedFirst(
  { text, projections, heads, mask, materialize }: CrossAttention,
  rows: Tensor,
): CrossAttended {
  return attend({
    queries: project(text, projections.query),
    keys: project(rows, projections.key),
    values: project(rows, projections.value),
    heads,
    sizes: null,
    mask: mask === null ? null : unsqueeze(mask, [1, 2]),
    materialize: materialize || mask !== null,
    sizeBias: defaultSizeBias,
  });
}

/**
 * One product over all heads and queries of an image. The image tokens are the left factor of both products, once as rows and once as columns: the right
 * factor is what a matrix product copies into the order that it likes best, and here that one is small.
 */
function absorbedByAll(
  { text, projections, heads, mask, materialize }: CrossAttention,
  rows: Tensor,
  columns: Tensor,
): CrossAttended {
  const [batch, count] = text.shape as [Tensor['shape'][number], number];
  const [, tokens, imageWidth] = rows.shape as [unknown, number, number];
  const byImage = transpose(queriesOverImage(text, projections, heads, imageWidth), [1, 0, 2, 3]);
  const queries = reshape(byImage, [batch, heads * count, imageWidth]);
  let logits = matMul(rows, transpose(queries, [0, 2, 1]));
  if (mask !== null) logits = add(logits, unsqueeze(mask, [2]));
  const weights = softmax(logits, { axis: 1 });
  const sums = reshape(transpose(matMul(columns, weights), [0, 2, 1]), [batch, heads, count, imageWidth]);
  return {
    context: valuesOf(transpose(sums, [1, 0, 2, 3]), projections, heads, [batch, count]),
    weights: materialize ? reshape(transpose(weights, [0, 2, 1]), [batch, heads, count, tokens]) : null,
  };
}

/** Every query looks at image tokens of its own: rows [batch, T, N, C']. */
function absorbedPerQuery(
  { text, projections, heads, mask, materialize }: CrossAttention,
  rows: Tensor,
): CrossAttended {
  const [batch, count] = text.shape as [Tensor['shape'][number], number];
  const imageWidth = rows.shape[3] as number;
  const queries = transpose(queriesOverImage(text, projections, heads, imageWidth), [1, 2, 0, 3]);
  let logits = matMul(queries, transpose(rows, [0, 1, 3, 2]));
  if (mask !== null) logits = add(logits, unsqueeze(mask, [1, 2]));
  const weights = softmax(logits, { axis: -1 });
  return {
    context: valuesOf(transpose(matMul(weights, rows), [2, 0, 1, 3]), projections, heads, [batch, count]),
    weights: materialize ? transpose(weights, [0, 2, 1, 3]) : null,
  };
}

/** q·Wk/√d for every head: [heads, batch, T, C']. */
function queriesOverImage(
  text: Tensor,
  { query, key }: AttentionProjections,
  heads: number,
  imageWidth: number,
): Tensor {
  const [batch, count, width] = text.shape as [Tensor['shape'][number], number, number];
  const perHead = width / heads;
  const rows = elementCount([batch, count])!;
  const scaled = mul(project(text, query), perHead ** -0.5);
  const byHead = transpose(reshape(scaled, [rows, heads, perHead]), [1, 0, 2]);
  const keyOfHead = reshape(key.weight, [heads, perHead, imageWidth]);
  return reshape(matMul(byHead, keyOfHead), [heads, batch, count, imageWidth]);
}

/** Σ p·(Wv·x + b) from Σ p·x: [heads, batch, T, C'] → [batch, T, C]. */
function valuesOf(
  sums: Tensor,
  { value }: AttentionProjections,
  heads: number,
  [batch, count]: readonly [Tensor['shape'][number], number],
): Tensor {
  const [width, imageWidth] = value.weight.shape as [number, number];
  const perHead = width / heads;
  const rows = elementCount([batch, count])!;
  const valueOfHead = transpose(reshape(value.weight, [heads, perHead, imageWidth]), [0, 2, 1]);
  const byHead = matMul(reshape(sums, [heads, rows, imageWidth]), valueOfHead);
  const context = reshape(transpose(byHead, [1, 0, 2]), [batch, count, width]);
  return value.bias === null ? context : add(context, value.bias);
}

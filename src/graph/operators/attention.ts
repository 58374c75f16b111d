/**
 * Multi-head attention in one kernel, which never writes the `[heads, N, N]` map to memory.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md and ONNX `Attention`-23.
 */
import { broadcastShapes } from '../broadcast.js';
import { sameDimension, sameShape } from '../dimension.js';
import { floatTypes, makeSingle, refuse, requireDtype } from '../node.js';
import type { Tensor } from '../tensor.js';

export interface MultiHeadAttentionOptions {
  readonly numHeads: number;
  /** `[3·C]`, added to q, k and v in this order. */
  readonly bias?: Tensor | null;
  /** Added to the logits; broadcasts to `[batch, heads, queries, keys]`, with full last two axes. */
  readonly attentionBias?: Tensor | null;
  /** Factor on the logits; default 1/√(C/heads). */
  readonly scale?: number;
}

/**
 * softmax(scale · q·kᵀ + attentionBias) · v for each head (`com.microsoft.MultiHeadAttention`).
 *
 * @param q `[batch, queries, C]`, heads side by side
 * @param k `[batch, keys, C]`
 * @param v `[batch, keys, C']`
 * @returns `[batch, queries, C']`
 */
export function multiHeadAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: MultiHeadAttentionOptions,
): Tensor {
  const operator = 'MultiHeadAttention';
  const { numHeads, bias = null, attentionBias = null, scale } = options;
  checkHeads(operator, q, k, v, numHeads);
  const inputs = [q, k, v, bias, null, attentionBias];
  requireDtype(operator, inputs, floatTypes);
  if (bias !== null) {
    const widths = [q, k, v].map(({ shape }) => shape[2] as number);
    const total = widths.reduce((sum, width) => sum + width, 0);
    if (!sameShape(bias.shape, [total])) refuse(operator, `bias must be [${total}]`, [q, bias]);
  }
  if (attentionBias !== null) checkLogitShape(operator, q, k, attentionBias, numHeads);
  return makeSingle({
    operator,
    domain: 'com.microsoft',
    inputs,
    attributes: { num_heads: numHeads, scale: scale === undefined ? undefined : { float: scale } },
    output: { dtype: q.dtype, shape: [q.shape[0]!, q.shape[1]!, v.shape[2]!] },
  });
}

/**
 * The same by the standard operator `Attention` of opset 23.
 *
 * @param options `mask` broadcasts to `[batch, heads, queries, keys]`: float (added to the logits) or bool (true = attend)
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: { numHeads: number; mask?: Tensor | null; scale?: number; isCausal?: boolean },
): Tensor {
  const { numHeads, mask = null, scale, isCausal = false } = options;
  checkHeads('Attention', q, k, v, numHeads);
  requireDtype('Attention', [q, k, v], floatTypes);
  if (mask !== null) {
    if (mask.dtype !== 'bool') requireDtype('Attention', [q, mask]);
    checkLogitShape('Attention', q, k, mask, numHeads);
  }
  return makeSingle({
    operator: 'Attention',
    inputs: [q, k, v, mask],
    attributes: {
      q_num_heads: numHeads,
      kv_num_heads: numHeads,
      is_causal: isCausal ? 1 : undefined,
      scale: scale === undefined ? undefined : { float: scale },
    },
    output: { dtype: q.dtype, shape: [q.shape[0]!, q.shape[1]!, v.shape[2]!] },
  });
}

function checkHeads(operator: string, q: Tensor, k: Tensor, v: Tensor, numHeads: number): void {
  const inputs = [q, k, v];
  if (inputs.some(({ shape }) => shape.length !== 3)) refuse(operator, 'q, k and v need rank 3', inputs);
  const fits = ({ shape }: Tensor) => typeof shape[2] === 'number' && shape[2] % numHeads === 0;
  if (!inputs.every(fits)) refuse(operator, `${numHeads} heads do not divide the width`, inputs);
  if (!sameDimension(q.shape[2]!, k.shape[2]!)) refuse(operator, 'q and k differ in width', inputs);
  if (!sameDimension(k.shape[1]!, v.shape[1]!)) refuse(operator, 'k and v differ in length', inputs);
  if (!sameDimension(q.shape[0]!, k.shape[0]!) || !sameDimension(k.shape[0]!, v.shape[0]!))
    refuse(operator, 'q, k and v differ in batch', inputs);
}

function checkLogitShape(operator: string, q: Tensor, k: Tensor, added: Tensor, numHeads: number): void {
  const logits = [q.shape[0]!, numHeads, q.shape[1]!, k.shape[1]!];
  const sum = broadcastShapes(added.shape, logits);
  if (added.shape.length !== 4 || !sum || !sameShape(sum, logits))
    refuse(operator, 'the bias does not broadcast to [batch, heads, queries, keys]', [q, k, added]);
}

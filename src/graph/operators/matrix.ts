/**
 * Products of matrices.
 */
import { broadcastShapes } from '../broadcast.js';
import { sameDimension } from '../dimension.js';
import { floatTypes, makeSingle, numberTypes, refuse, requireDtype } from '../node.js';
import type { Tensor } from '../tensor.js';

/** `[…, m, k] · […, k, n] → […, m, n]`; leading axes broadcast. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  requireDtype('MatMul', [a, b], numberTypes);
  if (a.shape.length < 2 || b.shape.length < 2) refuse('MatMul', 'both inputs need rank 2 or more', [a, b]);
  if (!sameDimension(a.shape.at(-1)!, b.shape.at(-2)!)) refuse('MatMul', 'inner sizes differ', [a, b]);
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (leading === undefined) refuse('MatMul', 'leading axes do not broadcast', [a, b]);
  const shape = [...leading, a.shape.at(-2)!, b.shape.at(-1)!];
  return makeSingle({ operator: 'MatMul', inputs: [a, b], output: { dtype: a.dtype, shape } });
}

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/** `alpha · a·b + beta · c` of matrices `[m, k]` and `[k, n]`, either handed over transposed; `c` broadcasts. */
export function gemm(a: Tensor, b: Tensor, c: Tensor | null, options: GemmOptions = {}): Tensor {
  const { transA = false, transB = false, alpha, beta } = options;
  const inputs = [a, b, c];
  requireDtype('Gemm', inputs, floatTypes);
  if (a.shape.length !== 2 || b.shape.length !== 2) refuse('Gemm', 'both factors need rank 2', inputs);
  const [m, k] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [inner, n] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (!sameDimension(k, inner)) refuse('Gemm', `inner sizes differ${transB ? ' (transB)' : ''}`, inputs);
  const shape = [m, n];
  if (c !== null) {
    const sum = broadcastShapes(c.shape, shape);
    if (sum?.length !== 2 || !sum.every((dimension, axis) => sameDimension(dimension, shape[axis]!)))
      refuse('Gemm', 'the addend does not broadcast to the product', inputs);
  }
  return makeSingle({
    operator: 'Gemm',
    inputs,
    attributes: {
      transA: transA ? 1 : undefined,
      transB: transB ? 1 : undefined,
      alpha: alpha === undefined ? undefined : { float: alpha },
      beta: beta === undefined ? undefined : { float: beta },
    },
    output: { dtype: a.dtype, shape },
  });
}

/**
 * A dense layer, with the weight as checkpoints keep it: `[out, in]`.
 *
 * `Gemm` on flattened rows multiplies by it as it lies; `MatMul` would need a transposed copy.
 */
import { elementCount } from '../dimension.js';
import { refuse } from '../node.js';
import { cast } from '../operators/elementwise.js';
import { gemm } from '../operators/matrix.js';
import { reshape } from '../operators/shape.js';
import type { Tensor } from '../tensor.js';

/**
 * `x · wᵀ + b`
 *
 * @param x `[…, in]`
 * @param w `[out, in]`, cast to the dtype of `x` when it is stored in another
 * @param b `[out]`
 * @returns `[…, out]`
 */
export function linear(x: Tensor, w: Tensor, b: Tensor | null): Tensor {
  const rows = elementCount(x.shape.slice(0, -1));
  if (rows === undefined) refuse('Linear', 'two symbols would be multiplied', [x, w]);
  const flat = reshape(x, [rows, x.shape.at(-1)!]);
  const result = gemm(flat, cast(w, x.dtype), b && cast(b, x.dtype), { transB: true });
  return reshape(result, [...x.shape.slice(0, -1), w.shape[0]!]);
}

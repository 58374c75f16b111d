/**
 * Products of matrices of which one or both hold few bits. Those of `com.microsoft` are kernels of ONNX Runtime; `decompose` rewrites them.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import { type Dimension, sameDimension, sameShape } from '../dimension.js';
import { makeSingle, refuse } from '../node.js';
import type { Tensor } from '../tensor.js';
import type { Quantised } from './quantisation.js';

/** `(a − aZero) · (b − bZero)` as int32; `a` `[m, k]`, `b` `[k, n]`, zero points `[]`. */
export function matMulInteger(a: Tensor, b: Tensor, aZero: Tensor, bZero: Tensor): Tensor {
  const inputs = [a, b, aZero, bZero];
  const shape = productShape('MatMulInteger', a, b, inputs);
  requireZeroPoints('MatMulInteger', a, b, aZero, bZero, inputs);
  return makeSingle({ operator: 'MatMulInteger', inputs, output: { dtype: 'int32', shape } });
}

/**
 * `(a − aZero) · (b − bZero) · aScale · bScale + bias` as float32, summed up in whole numbers.
 *
 * @param a `[m, k]` with one scale @param b `[k, n]`; its scale is `[n]`, one for each column @param bias `[n]`
 */
export function matMulIntegerToFloat(a: Quantised, b: Quantised, bias: Tensor | null): Tensor {
  const operator = 'MatMulIntegerToFloat';
  const inputs = [a.values, b.values, a.scale, b.scale, a.zeroPoint, b.zeroPoint, bias];
  const shape = productShape(operator, a.values, b.values, inputs);
  requireZeroPoints(operator, a.values, b.values, a.zeroPoint, b.zeroPoint, inputs);
  if (a.scale.shape.length !== 0) refuse(operator, 'the left scale must be a single number', inputs);
  for (const parameter of [b.scale, bias])
    if (parameter !== null && !sameShape(parameter.shape, shape.slice(1)))
      refuse(operator, 'the right scale and the bias need one number for each column', inputs);
  return makeSingle({
    operator,
    domain: 'com.microsoft',
    inputs,
    output: { dtype: 'float32', shape },
  });
}

/** A matrix `[outputs, inputs]` in blocks of few bits along its rows, as `MatMulNBits` takes it. */
export interface BlockwiseMatrix {
  /** uint8 `[outputs, blocks, blockSize · bits / 8]`, the lower half of a byte first; a number stands for itself − 2^(bits − 1). */
  readonly packed: Tensor;
  /** float32 `[outputs · blocks]` */
  readonly scales: Tensor;
  readonly bits: 4 | 8;
  /** A power of two from 16 on; the last block of a row may reach beyond it. */
  readonly blockSize: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** `x · wᵀ + bias`, `x` `[m, inputs]` in float32 and `w` in few bits. */
export function matMulNBits(x: Tensor, w: BlockwiseMatrix, bias: Tensor | null): Tensor {
  const operator = 'MatMulNBits';
  const inputs = [x, w.packed, w.scales, bias];
  const blocks = Math.ceil(w.inputs / w.blockSize);
  if (x.dtype !== 'float32') refuse(operator, 'the left factor must be float32', inputs);
  if (x.shape.length !== 2 || x.shape[1] !== w.inputs) refuse(operator, 'inner sizes differ', inputs);
  if (!sameShape(w.packed.shape, [w.outputs, blocks, (w.blockSize * w.bits) / 8]))
    refuse(operator, `the packed matrix must have ${blocks} blocks of ${w.blockSize} in each row`, inputs);
  if (!sameShape(w.scales.shape, [w.outputs * blocks])) refuse(operator, 'every block needs a scale', inputs);
  return makeSingle({
    operator,
    domain: 'com.microsoft',
    inputs: [x, w.packed, w.scales, null, null, bias],
    attributes: { K: w.inputs, N: w.outputs, bits: w.bits, block_size: w.blockSize },
    output: { dtype: 'float32', shape: [x.shape[0]!, w.outputs] },
  });
}

function productShape(
  operator: string,
  a: Tensor,
  b: Tensor,
  inputs: readonly (Tensor | null)[],
): readonly [Dimension, Dimension] {
  const isNarrow = ({ dtype }: Tensor): boolean => dtype === 'uint8' || dtype === 'int8';
  if (!isNarrow(a) || !isNarrow(b)) refuse(operator, 'both factors must be uint8 or int8', inputs);
  if (a.shape.length !== 2 || b.shape.length !== 2) refuse(operator, 'both factors need rank 2', inputs);
  if (!sameDimension(a.shape[1]!, b.shape[0]!)) refuse(operator, 'inner sizes differ', inputs);
  return [a.shape[0]!, b.shape[1]!];
}

function requireZeroPoints(
  operator: string,
  a: Tensor,
  b: Tensor,
  aZero: Tensor,
  bZero: Tensor,
  inputs: readonly (Tensor | null)[],
): void {
  const fits = (zero: Tensor, factor: Tensor): boolean =>
    zero.dtype === factor.dtype && zero.shape.length === 0;
  if (!fits(aZero, a) || !fits(bZero, b))
    refuse(operator, 'zero points must be single numbers of the dtype of their factor', inputs);
}

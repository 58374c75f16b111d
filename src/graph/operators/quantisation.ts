/**
 * From float32 to 8-bit whole numbers: `x ≈ (q − zero point) · scale`.
 */
import { makeNode, makeSingle, refuse } from '../node.js';
import type { Tensor } from '../tensor.js';

/** An 8-bit tensor with what its numbers stand for. */
export interface Quantised {
  /** uint8 or int8. */
  readonly values: Tensor;
  /** float32 `[]` */
  readonly scale: Tensor;
  /** `[]`, of the dtype of `values` */
  readonly zeroPoint: Tensor;
}

/** `x / scale`, rounded to nearest (halves to even), plus the zero point, kept within its dtype. */
export function quantizeLinear(x: Tensor, scale: Tensor, zeroPoint: Tensor): Tensor {
  const inputs = [x, scale, zeroPoint];
  if (x.dtype !== 'float32' || scale.dtype !== 'float32')
    refuse('QuantizeLinear', 'values and scale must be float32', inputs);
  if (zeroPoint.dtype !== 'uint8' && zeroPoint.dtype !== 'int8')
    refuse('QuantizeLinear', 'the zero point must be uint8 or int8', inputs);
  if (scale.shape.length !== 0 || zeroPoint.shape.length !== 0)
    refuse('QuantizeLinear', 'scale and zero point must be single numbers', inputs);
  return makeSingle({
    operator: 'QuantizeLinear',
    inputs,
    output: { dtype: zeroPoint.dtype, shape: x.shape },
  });
}

/** uint8 numbers that span all of `x` and zero; the scale is found anew at every run, over the whole tensor. */
export function dynamicQuantizeLinear(x: Tensor): Quantised {
  if (x.dtype !== 'float32') refuse('DynamicQuantizeLinear', 'values must be float32', [x]);
  const [values, scale, zeroPoint] = makeNode({
    operator: 'DynamicQuantizeLinear',
    inputs: [x],
    outputs: [
      { dtype: 'uint8', shape: x.shape },
      { dtype: 'float32', shape: [] },
      { dtype: 'uint8', shape: [] },
    ],
  });
  return { values: values!, scale: scale!, zeroPoint: zeroPoint! };
}

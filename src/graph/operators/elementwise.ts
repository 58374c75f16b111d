/**
 * Functions of one tensor, element by element, and the choice between two tensors.
 */
import { broadcastShapes } from '../broadcast.js';
import { floatTypes, makeSingle, numberTypes, refuse, requireDtype } from '../node.js';
import { type Operand, pairOf } from '../operand.js';
import type { DataType, Tensor } from '../tensor.js';
import { onnxDataType, scalar } from '../tensor-sources.js';

function ofFloats(operator: string, x: Tensor): Tensor {
  requireDtype(operator, [x], floatTypes);
  return makeSingle({ operator, inputs: [x], output: x });
}

export const sqrt = (x: Tensor): Tensor => ofFloats('Sqrt', x);
export const exp = (x: Tensor): Tensor => ofFloats('Exp', x);
export const log = (x: Tensor): Tensor => ofFloats('Log', x);
export const erf = (x: Tensor): Tensor => ofFloats('Erf', x);
export const sin = (x: Tensor): Tensor => ofFloats('Sin', x);
export const cos = (x: Tensor): Tensor => ofFloats('Cos', x);
export const reciprocal = (x: Tensor): Tensor => ofFloats('Reciprocal', x);
export const floor = (x: Tensor): Tensor => ofFloats('Floor', x);
export const ceil = (x: Tensor): Tensor => ofFloats('Ceil', x);
/** To the nearest whole number, halves to the even one. */
export const round = (x: Tensor): Tensor => ofFloats('Round', x);

function ofNumbers(operator: string, x: Tensor): Tensor {
  requireDtype(operator, [x], numberTypes);
  return makeSingle({ operator, inputs: [x], output: x });
}

export const neg = (x: Tensor): Tensor => ofNumbers('Neg', x);
export const abs = (x: Tensor): Tensor => ofNumbers('Abs', x);
export const sign = (x: Tensor): Tensor => ofNumbers('Sign', x);

/** `x` kept between `min` and `max`; either may be left out. */
export function clip(x: Tensor, { min, max }: { min?: number; max?: number }): Tensor {
  requireDtype('Clip', [x], numberTypes);
  const bound = (value: number | undefined) => (value === undefined ? null : scalar(value, x.dtype));
  return makeSingle({ operator: 'Clip', inputs: [x, bound(min), bound(max)], output: x });
}

/** `x` in another dtype; `x` itself when it has it already. */
export function cast(x: Tensor, dtype: DataType): Tensor {
  if (x.dtype === dtype) return x;
  return makeSingle({
    operator: 'Cast',
    inputs: [x],
    attributes: { to: onnxDataType[dtype] },
    output: { dtype, shape: x.shape },
  });
}

/** `a` where `condition` (bool) holds, otherwise `b`; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [first, second] = pairOf('Where', a, b);
  const inputs = [condition, first, second];
  if (condition.dtype !== 'bool') refuse('Where', 'the condition must be bool', inputs);
  requireDtype('Where', [first, second]);
  const values = broadcastShapes(first.shape, second.shape);
  const shape = values && broadcastShapes(condition.shape, values);
  if (shape === undefined) refuse('Where', 'shapes do not broadcast', inputs);
  return makeSingle({ operator: 'Where', inputs, output: { dtype: first.dtype, shape } });
}

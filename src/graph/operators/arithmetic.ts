/**
 * Elementwise arithmetic of two tensors that broadcast. A plain number becomes a constant of the other side's dtype.
 */
import { broadcastShapes } from '../broadcast.js';
import { makeSingle, numberTypes, refuse, requireDtype } from '../node.js';
import { type Operand, pairOf } from '../operand.js';
import type { Tensor } from '../tensor.js';

function elementwise(operator: string, a: Operand, b: Operand): Tensor {
  const inputs = pairOf(operator, a, b);
  requireDtype(operator, inputs, numberTypes);
  const shape = broadcastShapes(inputs[0].shape, inputs[1].shape);
  if (shape === undefined) refuse(operator, 'shapes do not broadcast', inputs);
  return makeSingle({ operator, inputs, output: { dtype: inputs[0].dtype, shape } });
}

export const add = (a: Operand, b: Operand): Tensor => elementwise('Add', a, b);
export const sub = (a: Operand, b: Operand): Tensor => elementwise('Sub', a, b);
export const mul = (a: Operand, b: Operand): Tensor => elementwise('Mul', a, b);
/** Integers are divided towards zero. */
export const div = (a: Operand, b: Operand): Tensor => elementwise('Div', a, b);
export const pow = (a: Operand, b: Operand): Tensor => elementwise('Pow', a, b);
export const max = (a: Operand, b: Operand): Tensor => elementwise('Max', a, b);
export const min = (a: Operand, b: Operand): Tensor => elementwise('Min', a, b);

/** Remainder of integers, with the sign of the divisor as in Python. */
export function mod(a: Operand, b: Operand): Tensor {
  const inputs = pairOf('Mod', a, b);
  requireDtype('Mod', inputs, ['int64', 'int32']);
  return elementwise('Mod', a, b);
}

/**
 * Comparisons and logic; results are bool.
 */
import { broadcastShapes } from '../broadcast.js';
import { makeSingle, refuse, requireDtype } from '../node.js';
import { type Operand, pairOf } from '../operand.js';
import type { DataType, Tensor } from '../tensor.js';

function toBool(operator: string, a: Operand, b: Operand, allowed?: readonly DataType[]): Tensor {
  const inputs = pairOf(operator, a, b);
  requireDtype(operator, inputs, allowed);
  const shape = broadcastShapes(inputs[0].shape, inputs[1].shape);
  if (shape === undefined) refuse(operator, 'shapes do not broadcast', inputs);
  return makeSingle({ operator, inputs, output: { dtype: 'bool', shape } });
}

export const equal = (a: Operand, b: Operand): Tensor => toBool('Equal', a, b);
export const greater = (a: Operand, b: Operand): Tensor => toBool('Greater', a, b);
export const greaterOrEqual = (a: Operand, b: Operand): Tensor => toBool('GreaterOrEqual', a, b);
export const less = (a: Operand, b: Operand): Tensor => toBool('Less', a, b);
export const lessOrEqual = (a: Operand, b: Operand): Tensor => toBool('LessOrEqual', a, b);
export const and = (a: Tensor, b: Tensor): Tensor => toBool('And', a, b, ['bool']);
export const or = (a: Tensor, b: Tensor): Tensor => toBool('Or', a, b, ['bool']);

export function not(x: Tensor): Tensor {
  requireDtype('Not', [x], ['bool']);
  return makeSingle({ operator: 'Not', inputs: [x], output: x });
}

/**
 * Operands of binary operators: tensors, or plain numbers beside a tensor.
 */
import { refuse } from './node.js';
import type { Tensor } from './tensor.js';
import { scalar } from './tensor-sources.js';

/** A tensor, or a number standing for a scalar of the other operand's dtype. */
export type Operand = Tensor | number;

/** Both operands as tensors. */
export function pairOf(operator: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === 'number') {
    if (typeof b === 'number') refuse(operator, 'one operand must be a tensor', []);
    return [scalar(a, b.dtype), b];
  }
  return [a, typeof b === 'number' ? scalar(b, a.dtype) : b];
}

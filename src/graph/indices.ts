/**
 * What every operator asks of tensors of positions.
 */
import { sameDimension } from './dimension.js';
import { refuse } from './node.js';
import type { Tensor } from './tensor.js';

/** Refuses indices that are not whole numbers. */
export function requireIndices(operator: string, data: Tensor, indices: Tensor): void {
  if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
    refuse(operator, 'indices must be int64 or int32', [data, indices]);
}

/** Refuses indices that reach beyond `data` on an axis other than `axis`. */
export function requireElementwise(operator: string, data: Tensor, indices: Tensor, axis: number): void {
  const inside = indices.shape.every((size, at) => {
    const whole = data.shape[at]!;
    return (
      at === axis ||
      (typeof size === 'number' && typeof whole === 'number' ? size <= whole : sameDimension(size, whole))
    );
  });
  if (indices.shape.length !== data.shape.length || !inside)
    refuse(operator, 'data and indices must have one rank and agree beside the axis', [data, indices]);
}

/**
 * Multidirectional broadcasting, as in NumPy and ONNX: shapes are aligned at their last axis, 1 stretches.
 *
 * Source: https://github.com/onnx/onnx/blob/main/docs/Broadcasting.md
 */
import { type Dimension, type Shape, sameDimension } from './dimension.js';

/** The shape of an elementwise result, or undefined when two sides cannot meet. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left === 1) result.push(right);
    else if (right === 1 || sameDimension(left, right)) result.push(left);
    else return undefined;
  }
  return result;
}

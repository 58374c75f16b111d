/** Rows of a tensor, a row being all that stands under one index of the first axis. */
import type { TensorArray, TensorData } from './engine.js';
import { tensorData } from './tensor-data.js';

/** Copies of some rows, in the order in which they are named; a row may be named several times. */
export function pickRows({ dtype, shape, data }: TensorData, rows: readonly number[]): TensorData {
  const width = data.length / (shape[0] || 1);
  const Values = data.constructor as new (length: number) => TensorArray;
  const picked = new Values(rows.length * width);
  rows.forEach((row, at) => {
    picked.set(data.subarray(row * width, (row + 1) * width) as never, at * width);
  });
  return tensorData(picked, [rows.length, ...shape.slice(1)], dtype);
}

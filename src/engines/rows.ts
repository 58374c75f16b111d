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

/** Tensors of one row shape, the rows of each behind those of the one before. */
export function joinRows(tensors: readonly TensorData[]): TensorData {
  const [first] = tensors;
  if (first === undefined) throw new RangeError('there are no tensors to join');
  const Values = first.data.constructor as new (length: number) => TensorArray;
  const joined = new Values(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of tensors) {
    joined.set(data as never, offset);
    offset += data.length;
  }
  const rows = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
  return tensorData(joined, [rows, ...first.shape.slice(1)], first.dtype);
}

/**
 * Made-up but reproducible tensor values.
 */
import type { DataType } from '../../graph/index.js';
import type { TensorData } from '../engine.js';
import { arrayOf } from '../tensor-data.js';

/** Values in [−1, 1) for floats, small whole numbers otherwise; row `i` depends on row `i` of the feeds. */
export function fakeOutput(
  name: string,
  dtype: DataType,
  shape: readonly number[],
  feeds: Readonly<Record<string, TensorData>>,
): TensorData {
  const rows = shape[0] ?? 1;
  const length = shape.reduce((product, size) => product * size, 1);
  const width = rows === 0 ? 0 : length / rows;
  const data = new arrayOf[dtype](length);
  for (let row = 0; row < rows; row++) {
    let state = hashText(name);
    for (const key of Object.keys(feeds).sort()) state = hashRow(feeds[key]!, row, rows, state);
    for (let column = 0; column < width; column++) {
      state = mixed(state + column);
      data[row * width + column] = valueFrom(dtype, state);
    }
  }
  return { dtype, shape, data };
}

function valueFrom(dtype: DataType, hash: number): never {
  const value =
    dtype === 'float32'
      ? hash / 2 ** 31 - 1
      : dtype === 'int64'
        ? BigInt(hash % 8)
        : hash % (dtype === 'bool' ? 2 : 8);
  return value as never;
}

function hashRow({ data, shape }: TensorData, row: number, rows: number, seed: number): number {
  const width = shape[0] === rows && rows > 0 ? data.length / rows : data.length;
  const first = shape[0] === rows ? row * width : 0;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let state = seed;
  const [from, to] = [first * data.BYTES_PER_ELEMENT, (first + width) * data.BYTES_PER_ELEMENT];
  for (let at = from; at < to; at++) state = Math.imul(state ^ bytes[at]!, 0x01000193);
  return mixed(state);
}

function hashText(text: string): number {
  return [...text].reduce(
    (state, letter) => Math.imul(state ^ letter.codePointAt(0)!, 0x01000193),
    0x811c9dc5,
  );
}

/** The finaliser of MurmurHash3, which spreads every bit over all others; an unsigned 32-bit number. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

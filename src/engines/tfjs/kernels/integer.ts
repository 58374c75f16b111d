/**
 * Arithmetic of whole numbers as ONNX has it: TensorFlow.js has none but int32, and divides and takes remainders otherwise, so it is
 * done on typed arrays: exactly, as positions and counts must be, and refused where an int64 does not fit.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { TurboError } from '../../../errors/turbo-error.js';
import type { DataType } from '../../../graph/index.js';
import { broadcastPlaces, fromValues, valuesOf } from './typed-array.js';

/**
 * A result as its dtype holds it: narrow types wrap around.
 *
 * @throws TurboError for an int64 that needs more than 32 bits
 */
export function fitted(dtype: DataType, value: number): number {
  if (dtype === 'uint8') return value & 0xff;
  if (dtype === 'int8') return (value << 24) >> 24;
  const low = value | 0;
  if (dtype === 'int64' && low !== value)
    throw new TurboError('TensorFlow.js has no int64, and a value needs more than 32 bits', {
      value,
      allowed: '-2147483648 to 2147483647',
      next: 'run this graph on onnxruntime',
    });
  return low;
}

/** int64 values as int32. @throws TurboError for one that needs more than 32 bits */
export function narrowed(values: BigInt64Array): Int32Array {
  const result = new Int32Array(values.length);
  for (let at = 0; at < values.length; at++) result[at] = fitted('int64', Number(values[at]!));
  return result;
}

/** `compute` for every pair of elements of two tensors that broadcast to `shape`. */
export function integerPairs(
  dtype: DataType,
  a: Tensor,
  b: Tensor,
  shape: readonly number[],
  compute: (a: number, b: number) => number,
): Tensor {
  const [left, right] = [valuesOf(a), valuesOf(b)];
  const [leftAt, rightAt] = [broadcastPlaces(a.shape, shape), broadcastPlaces(b.shape, shape)];
  const result = new Int32Array(leftAt.length);
  for (let at = 0; at < result.length; at++)
    result[at] = fitted(dtype, compute(left[leftAt[at]!]!, right[rightAt[at]!]!));
  return fromValues(result, shape);
}

/** `compute` for every element. */
export function eachInteger(dtype: DataType, x: Tensor, compute: (value: number) => number): Tensor {
  const values = valuesOf(x);
  const result = new Int32Array(values.length);
  for (let at = 0; at < result.length; at++) result[at] = fitted(dtype, compute(values[at]!));
  return fromValues(result, x.shape);
}

/** Remainder with the sign of the divisor. */
export function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

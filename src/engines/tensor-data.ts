/**
 * How the values of each dtype are held in JavaScript.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { DataType } from '../graph/index.js';
import type { TensorArray, TensorData } from './engine.js';

/** The typed array of each dtype; half precision is bit patterns, bool is 0 or 1. */
export const arrayOf = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DataType, unknown>;

/** A value of an array and its shape; the dtype follows from the array unless it is given. */
export function tensorData(data: TensorArray, shape: readonly number[], dtype?: DataType): TensorData {
  const result = { dtype: dtype ?? dtypeOf(data), shape, data };
  checkTensorData('tensor', result);
  return result;
}

/** Refuses data whose array type or length contradicts its dtype and shape. */
export function checkTensorData(name: string, { dtype, shape, data }: TensorData): void {
  if (!(data instanceof arrayOf[dtype]))
    throw new TurboError(`${name} is ${dtype} but its values are a ${data.constructor.name}`, {
      allowed: arrayOf[dtype].name,
    });
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new TurboError(`${name} of shape [${shape.join(', ')}] needs ${count} values`, {
      value: data.length,
    });
}

function dtypeOf(data: TensorArray): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Uint16Array ? 'float16' : 'uint8';
}

/**
 * Values on their way into TensorFlow.js and out of it. It holds float32, int32 and truth values: half-precision numbers are
 * widened and rounded again, narrow integers widened, int64 narrowed with a check.
 */
import { type Tensor as HeldTensor, tensor as makeTensor } from '@tensorflow/tfjs-core';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from '../../checkpoints/float16.js';
import type { DataType, Tensor } from '../../graph/index.js';
import type { TensorArray, TensorData } from '../engine.js';
import { arrayOf } from '../tensor-data.js';
import { narrowed } from './kernels/integer.js';
import { type Values, valuesOf } from './kernels/typed-array.js';

/** Values of any dtype as a tensor on the backend in use. @throws TurboError for an int64 that needs more than 32 bits */
export function upload({ dtype, shape, data }: TensorData): HeldTensor {
  const type = dtype === 'bool' ? 'bool' : isFloat(dtype) ? 'float32' : 'int32';
  return makeTensor(widened(dtype, data), [...shape], type);
}

function isFloat(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}

function widened(dtype: DataType, data: TensorArray): Values {
  switch (dtype) {
    case 'float16':
      return float16ToFloat32(data as Uint16Array);
    case 'bfloat16':
      return bfloat16ToFloat32(data as Uint16Array);
    case 'int64':
      return narrowed(data as BigInt64Array);
    case 'int8':
    case 'uint8':
      return Int32Array.from(data as Uint8Array);
    default:
      return data as Values;
  }
}

/** A copy of the values, as the graph types them. */
export function download(held: HeldTensor, dtype: DataType): TensorData {
  const values = valuesOf(held);
  return { dtype, shape: [...held.shape], data: asTyped(dtype, values) };
}

function asTyped(dtype: DataType, values: Values): TensorArray {
  if (dtype === 'float16') return float32ToFloat16(values);
  if (dtype === 'bfloat16') return float32ToBfloat16(values);
  if (dtype === 'int64') return BigInt64Array.from(values as Int32Array, BigInt);
  return new arrayOf[dtype](values as Int32Array);
}

/** The values of a constant or a weight of the graph. */
export function constantData({ dtype, shape, source }: Tensor): TensorData {
  const sizes = shape as readonly number[];
  if (source.kind === 'constant') return { dtype, shape: sizes, data: source.data as TensorArray };
  if (source.kind !== 'weight') throw new TypeError(`${source.kind} is no constant`);
  const bytes = source.store.readBytes(source.name);
  const Values = arrayOf[dtype];
  const isAligned = bytes.byteOffset % Values.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : bytes.slice();
  const data = new Values(buffer as ArrayBuffer, byteOffset, byteLength / Values.BYTES_PER_ELEMENT);
  return { dtype, shape: sizes, data };
}

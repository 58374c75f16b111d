/** Tensors in memory, and the safetensors files through which `predict` takes and hands them back. */
import type { Dtype } from './dtype.js';
import { openSafetensors } from './safetensors.js';
import { writeSafetensors } from './safetensors-writer.js';

/** float16 and bfloat16 are held as bit patterns, bool as 0 and 1. */
interface ArrayOfDtype {
  bool: Uint8Array;
  uint8: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  float32: Float32Array;
  float64: Float64Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
}

/** A tensor of one dtype: `Tensor<'float32'>` has a `Float32Array`. */
export type Tensor<D extends Dtype = Dtype> = {
  [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: ArrayOfDtype[K] };
}[D];

const arrayOfDtype: { [K in Dtype]: new (buffer: ArrayBuffer) => ArrayOfDtype[K] } = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

/** The typed array over `buffer` that belongs to `dtype`; nothing is copied. */
export function typedArray<D extends Dtype>(dtype: D, buffer: ArrayBuffer): ArrayOfDtype[D] {
  return new arrayOfDtype[dtype](buffer);
}

/** All tensors of a safetensors file, by name. */
export function readTensors(path: string): Map<string, Tensor> {
  const source = openSafetensors(path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const { name, dtype, shape } of source.tensors.values()) {
      tensors.set(name, { dtype, shape, data: typedArray(dtype, source.readBytes(name).buffer) } as Tensor);
    }
    return tensors;
  } finally {
    source.close();
  }
}

/** Writes `tensors` as a safetensors file that PyTorch, numpy and transformers read. */
export function writeTensors(path: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
  return writeSafetensors(path, tensors, { format: 'pt' });
}

/** What every checkpoint format offers: tensors by name, read from the disk one at a time. */
import type { Dtype } from './dtype.js';

export interface WeightInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /**
   * Where the raw little-endian bytes lie, when they lie contiguous and row-major in a file in their stored dtype
   * (ONNX external data can point there).
   */
  readonly location?: { readonly file: string; readonly offset: number; readonly byteLength: number };
}

/** The tensors of one file. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, WeightInfo>;
  /** Row-major little-endian bytes of a tensor that `tensors` has, in a buffer of their own. */
  readBytes(name: string): Uint8Array<ArrayBuffer>;
  close(): void;
}

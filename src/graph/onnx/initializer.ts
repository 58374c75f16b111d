/**
 * Constants and weights as ONNX tensors: small ones inside the file, large ones beside it.
 *
 * External data: https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
 */
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Constant, Tensor, Weight, WeightLocation } from '../tensor.js';
import { onnxDataType } from '../tensor-sources.js';
import type { TensorMessage } from './onnx-schema.js';

/** Bytes that an engine is handed next to the model, under the name by which the model asks for them. */
export interface ExternalBuffer {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Weights up to this size are always copied into the model: a file access costs more. */
export const SMALL_WEIGHT_BYTES = 1024;
const EXTERNAL = 1;

export function constantMessage(name: string, tensor: Tensor, { data }: Constant): TensorMessage {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { ...header(name, tensor), raw_data: bytes };
}

/** A weight where it lies, when that is in `folder`; otherwise its bytes, inside the model or handed over beside it. */
export function weightMessage(
  name: string,
  tensor: Tensor,
  { store, name: stored }: Weight,
  folder: string | undefined,
  inlineBytes: number,
): { message: TensorMessage; handedOver?: ExternalBuffer } {
  const location = folder === undefined ? undefined : store.locate(stored);
  if (location !== undefined && location.byteLength > SMALL_WEIGHT_BYTES) {
    const place = realPlace(location);
    if (place.folder === folder)
      return { message: external(name, tensor, place.file, location.offset, location.byteLength) };
  }
  const data = store.readBytes(stored);
  if (data.byteLength <= inlineBytes) return { message: { ...header(name, tensor), raw_data: data } };
  const path = `weight:${name}`;
  return { message: external(name, tensor, path, 0, data.byteLength), handedOver: { path, data } };
}

/** Folder and name of the file itself: hub caches keep symbolic links, which engines do not follow out of a folder. */
export function realPlace(location: WeightLocation): { folder: string; file: string } {
  const path = realpathSync(location.file);
  return { folder: dirname(path), file: basename(path) };
}

function header(name: string, tensor: Tensor): Pick<TensorMessage, 'name' | 'dims' | 'data_type'> {
  return { name, dims: tensor.shape as number[], data_type: onnxDataType[tensor.dtype] };
}

function external(name: string, tensor: Tensor, path: string, offset: number, length: number): TensorMessage {
  return {
    ...header(name, tensor),
    data_location: EXTERNAL,
    external_data: [
      { key: 'location', value: path },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(length) },
    ],
  };
}

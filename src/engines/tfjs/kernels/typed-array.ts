/**
 * Tensors as typed arrays in row-major order, for what TensorFlow.js lacks or does otherwise than ONNX: whole numbers,
 * empty tensors, scattering with a reduction. On a GPU each use waits for the device.
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { DataType } from '../../../graph/index.js';
import { countOf } from './kernel.js';

export type Values = Float32Array | Int32Array | Uint8Array;

/** The type of TensorFlow.js that holds a dtype: it has no int64, no 8-bit and no half-precision numbers. */
export function heldAs(dtype: DataType): 'float32' | 'int32' | 'bool' {
  if (dtype === 'bool') return 'bool';
  return isInteger(dtype) ? 'int32' : 'float32';
}

export function isInteger(dtype: DataType): boolean {
  return dtype === 'int64' || dtype === 'int32' || dtype === 'int8' || dtype === 'uint8';
}

const arrayFor = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/**
 * Not to be written to: on the CPU backend these are the values themselves. Some of its kernels keep a float32 tensor in an
 * array of another type, a cast of truth values for one; such values are copied.
 */
export function valuesOf(x: Tensor): Values {
  const values = x.dataSync() as Values;
  const Wanted = arrayFor[x.dtype as keyof typeof arrayFor];
  return values instanceof Wanted ? values : Wanted.from(values);
}

export function fromValues(values: Values, shape: readonly number[]): Tensor {
  const type = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
  return tensor(values, [...shape], type);
}

/** An array of the kind that holds a dtype, filled with zeros. */
export function zeroValues(dtype: DataType, length: number): Values {
  const type = heldAs(dtype);
  if (type === 'float32') return new Float32Array(length);
  return type === 'int32' ? new Int32Array(length) : new Uint8Array(length);
}

/** Elements between neighbours along every axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Calls `visit` with the position of every element, in row-major order; the array is the same every time. */
export function eachPosition(
  shape: readonly number[],
  visit: (position: readonly number[], at: number) => void,
): void {
  const position = new Array<number>(shape.length).fill(0);
  const count = countOf(shape);
  for (let at = 0; at < count; at++) {
    visit(position, at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
}

/** For every element of `shape`, where the element of a tensor of shape `from` lies that broadcasts to it. */
export function broadcastPlaces(from: readonly number[], shape: readonly number[]): Int32Array {
  const offset = shape.length - from.length;
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  const places = new Int32Array(countOf(shape));
  eachPosition(shape, (position, at) => {
    let place = 0;
    for (let axis = 0; axis < strides.length; axis++) place += strides[axis]! * position[axis + offset]!;
    places[at] = place;
  });
  return places;
}

/** The axes of a shape as seen from one of them: `[outer, size, inner]`. */
export function aroundAxis(shape: readonly number[], axis: number): [number, number, number] {
  return [countOf(shape.slice(0, axis)), shape[axis]!, countOf(shape.slice(axis + 1))];
}

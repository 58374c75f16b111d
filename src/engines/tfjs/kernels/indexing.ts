/**
 * Taking elements by position.
 *
 * ONNX counts negative positions from the end, TensorFlow.js does not, and its kernels read other memory where a position
 * lies outside: positions are checked here before anything is taken.
 */
import * as tf from '@tensorflow/tfjs-core';
import { TurboError } from '../../../errors/turbo-error.js';
import { axisOf, countOf, integerAttribute, type Kernel, plainNumbers } from './kernel.js';
import { aroundAxis, fromValues, stridesOf, valuesOf, zeroValues } from './typed-array.js';

/** The positions as they lie within an axis of `size`. @throws TurboError for one outside */
export function positionsWithin(positions: ArrayLike<number>, size: number): Int32Array {
  const result = new Int32Array(positions.length);
  for (let at = 0; at < positions.length; at++) {
    const position = positions[at]!;
    result[at] = position < 0 ? position + size : position;
    if (position >= size || position < -size)
      throw new TurboError('a position lies outside of its axis', {
        value: position,
        allowed: `${-size} to ${size - 1}`,
      });
  }
  return result;
}

/** Where each index of `[…, depth]` points: the element at which its slice of `sliced` elements begins. */
export function sliceStarts(shape: readonly number[], indices: tf.Tensor, batchDims: number): Int32Array {
  const depth = indices.shape.at(-1)!;
  const strides = stridesOf(shape);
  const values = valuesOf(indices);
  const count = values.length / depth;
  const perBatch = count / countOf(shape.slice(0, batchDims));
  const batchStride = countOf(shape.slice(batchDims));
  const starts = new Int32Array(count);
  for (let axis = 0; axis < depth; axis++) {
    const along = Int32Array.from({ length: count }, (_, at) => values[at * depth + axis]!);
    positionsWithin(along, shape[batchDims + axis]!).forEach((position, at) => {
      starts[at]! += position * strides[batchDims + axis]!;
    });
  }
  return starts.map((start, at) => start + Math.floor(at / perBatch) * batchStride);
}

/** Positions of Python's `start:end:step` on an axis of `size`. */
function slicePositions(size: number, start: number, end: number, step: number): Int32Array {
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, lowest), highest);
  const [first, last] = [bound(start), bound(end)];
  const length = Math.max(0, Math.ceil((last - first) / step));
  return Int32Array.from({ length }, (_, at) => first + at * step);
}

export const indexingKernels: Readonly<Record<string, Kernel>> = {
  Slice: {
    compute({ node, inputs: [x] }) {
      const [starts, ends, axes, steps] = [1, 2, 3, 4].map((at) => plainNumbers(node, at)!);
      return axes!.reduce((result, axis, at) => {
        const size = result.shape[axis]!;
        const positions = slicePositions(size, starts![at]!, ends![at]!, steps![at]!);
        if (steps![at] !== 1) return tf.gather(result, fromValues(positions, [positions.length]), axis);
        if (positions.length === size) return result;
        const begin = result.shape.map((_, other) => (other === axis ? positions[0]! : 0));
        return tf.slice(result, begin, result.shape.with(axis, positions.length));
      }, x!);
    },
    plainInputs: [1, 2, 3, 4],
  },
  Gather: {
    compute({ node, inputs: [data, indices], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', 0), data!.shape.length);
      const positions = positionsWithin(valuesOf(indices!), data!.shape[axis]!);
      return tf.reshape(tf.gather(data!, fromValues(positions, [positions.length]), axis), [...shape!]);
    },
  },
  GatherElements: {
    compute({ node, inputs: [data, indices], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', 0), data!.shape.length);
      const places = elementPlaces(data!.shape, indices!, axis);
      const values = valuesOf(data!);
      const result = zeroValues(node.outputs[0]!.dtype, places.length);
      for (let at = 0; at < places.length; at++) result[at] = values[places[at]!]!;
      return fromValues(result, shape!);
    },
  },
  GatherND: {
    compute({ node, inputs: [data, indices], shapes: [shape] }) {
      const batchDims = integerAttribute(node, 'batch_dims', 0);
      const starts = sliceStarts(data!.shape, indices!, batchDims);
      const sliced = countOf(data!.shape.slice(batchDims + indices!.shape.at(-1)!));
      const values = valuesOf(data!);
      const result = zeroValues(node.outputs[0]!.dtype, countOf(shape!));
      starts.forEach((start, at) => {
        result.set(values.subarray(start, start + sliced), at * sliced);
      });
      return fromValues(result, shape!);
    },
  },
};

/** Where each index points along `axis`, as a place in the flat data; the other axes are those of the index itself. */
export function elementPlaces(shape: readonly number[], indices: tf.Tensor, axis: number): Int32Array {
  const positions = positionsWithin(valuesOf(indices), shape[axis]!);
  const strides = stridesOf(shape);
  const [, size, inner] = aroundAxis(indices.shape, axis);
  const outside = (at: number): number => {
    let place = 0;
    let rest = at;
    for (let other = shape.length - 1; other >= 0; other--) {
      const side = indices.shape[other]!;
      if (other !== axis) place += (rest % side) * strides[other]!;
      rest = Math.floor(rest / side);
    }
    return place;
  };
  const places = new Int32Array(positions.length);
  for (let row = 0; row < positions.length; row += inner * size)
    for (let column = 0; column < inner; column++) {
      const base = outside(row + column);
      for (let at = row + column; at < row + inner * size; at += inner)
        places[at] = base + positions[at]! * strides[axis]!;
    }
  return places;
}

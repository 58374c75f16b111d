/**
 * Putting tensors together, taking them apart, and margins.
 *
 * Empty parts are left out of a concatenation: the WebAssembly kernel does not bear them. Margins other than constant ones are
 * gathered, since `MirrorPad` has no `edge` and no more than four axes there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { axisOf, countOf, integerAttribute, type Kernel, plainNumbers } from './kernel.js';
import { aroundAxis, fromValues, valuesOf, zeroValues } from './typed-array.js';

/** Positions of a padded axis in the axis as it was; −1 is a margin of the constant. */
function paddedPositions(size: number, before: number, after: number, mode: string): Int32Array {
  const last = size - 1;
  return Int32Array.from({ length: size + before + after }, (_, to) => {
    const at = to - before;
    if (at >= 0 && at <= last) return at;
    if (mode === 'edge') return at < 0 ? 0 : last;
    if (mode !== 'reflect') return -1;
    if (last === 0) return 0;
    const folded = Math.abs(at) % (2 * last);
    return folded > last ? 2 * last - folded : folded;
  });
}

/** `x` with other positions along an axis; −1 gives `value`. */
function picked(x: tf.Tensor, axis: number, positions: Int32Array, value: number): tf.Tensor {
  if (positions.every((at) => at >= 0)) return tf.gather(x, fromValues(positions, [positions.length]), axis);
  const [outer, size, inner] = aroundAxis(x.shape, axis);
  const shape = x.shape.with(axis, positions.length);
  const values = valuesOf(x);
  const dtype = x.dtype as 'float32' | 'int32' | 'bool';
  const result = zeroValues(dtype, countOf(shape)).fill(value);
  for (let block = 0; block < outer; block++)
    positions.forEach((from, to) => {
      if (from < 0) return;
      const start = (block * size + from) * inner;
      result.set(values.subarray(start, start + inner), (block * positions.length + to) * inner);
    });
  return fromValues(result, shape);
}

export const joiningKernels: Readonly<Record<string, Kernel>> = {
  Concat: {
    compute({ node, inputs, shapes: [shape] }) {
      const parts = inputs.filter((part): part is tf.Tensor => part !== null && part.size > 0);
      const axis = axisOf(integerAttribute(node, 'axis', 0), shape!.length);
      return parts.length === 1 ? parts[0]! : tf.concat(parts, axis);
    },
  },
  Split: {
    compute({ node, inputs: [x], shapes }) {
      const axis = axisOf(integerAttribute(node, 'axis', 0), x!.shape.length);
      const begin = x!.shape.map(() => 0);
      return shapes.map((shape) => {
        const part = tf.slice(x!, begin, shape as number[]);
        begin[axis]! += shape[axis]!;
        return part;
      });
    },
    plainInputs: [1],
  },
  Pad: {
    compute({ node, inputs: [x, , value] }) {
      const amounts = plainNumbers(node, 1)!;
      const axes = plainNumbers(node, 3)!;
      const mode = String(node.attributes.mode);
      const margin = value == null ? 0 : valuesOf(value)[0]!;
      return axes.reduce((result, axis, at) => {
        const [before, after] = [amounts[at]!, amounts[at + axes.length]!];
        return picked(result, axis, paddedPositions(result.shape[axis]!, before, after, mode), margin);
      }, x!);
    },
    plainInputs: [1, 3],
  },
};

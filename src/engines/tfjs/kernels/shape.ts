/**
 * Operators that rearrange axes, stretch or repeat.
 *
 * The wanted shape is known from the graph once the symbols have values, so shapes that the graph computes are not read.
 */
import * as tf from '@tensorflow/tfjs-core';
import { stretched } from './arithmetic.js';
import { type Kernel, listAttribute, plainNumbers } from './kernel.js';
import { fromValues } from './typed-array.js';

const reshaped: Kernel = {
  compute: ({ inputs: [x], shapes: [shape] }) => tf.reshape(x!, shape as [number]),
  plainInputs: [1],
};

export const shapeKernels: Readonly<Record<string, Kernel>> = {
  Reshape: reshaped,
  Unsqueeze: reshaped,
  Squeeze: reshaped,
  Flatten: reshaped,
  Transpose: {
    compute: ({ node, inputs: [x] }) => tf.transpose(x!, [...listAttribute(node, 'perm')!]),
  },
  Expand: {
    compute: ({ inputs: [x], shapes: [shape] }) => stretched(x!, shape!),
    plainInputs: [1],
  },
  Tile: {
    compute: ({ node, inputs: [x] }) => tf.tile(x!, plainNumbers(node, 1)!),
    plainInputs: [1],
  },
  Shape: {
    compute({ node, inputs: [x], shapes: [shape] }) {
      const { start, end } = node.attributes as { start: number; end: number };
      return fromValues(Int32Array.from(x!.shape.slice(start, end)), shape!);
    },
  },
};

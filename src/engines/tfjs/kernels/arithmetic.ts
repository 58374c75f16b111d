/**
 * Arithmetic, comparison and logic of two tensors that broadcast.
 *
 * The WebAssembly kernels of `Pow`, `Maximum`, `Minimum`, comparisons and logic do not broadcast, and those of the four basic
 * operations read other memory with more than six axes, so their operands are stretched first.
 */
import * as tf from '@tensorflow/tfjs-core';
import { integerPairs, modulo } from './integer.js';
import { type Kernel, sameSizes } from './kernel.js';
import { isInteger } from './typed-array.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A tensor stretched to a shape that it broadcasts to; itself when it has it. */
export function stretched(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return sameSizes(x.shape, shape) ? x : tf.broadcastTo(x, shape as [number]);
}

const MOST_AXES = 6;

function arithmetic(floats: Binary, integers: (a: number, b: number) => number, broadcasts = true): Kernel {
  return {
    compute({ node, inputs: [a, b], shapes: [shape] }) {
      const { dtype } = node.outputs[0]!;
      if (isInteger(dtype)) return integerPairs(dtype, a!, b!, shape!, integers);
      if (broadcasts && shape!.length <= MOST_AXES) return floats(a!, b!);
      const flat = (x: tf.Tensor) => tf.reshape(stretched(x, shape!), [-1]);
      return tf.reshape(floats(flat(a!), flat(b!)), [...shape!]);
    },
  };
}

function truth(compare: Binary): Kernel {
  return {
    compute({ inputs: [a, b], shapes: [shape] }) {
      return compare(stretched(a!, shape!), stretched(b!, shape!));
    },
  };
}

/** `Equal` compares truth values as well, which TensorFlow.js leaves to numbers. */
function asNumbers(x: tf.Tensor): tf.Tensor {
  return x.dtype === 'bool' ? tf.cast(x, 'int32') : x;
}

export const arithmeticKernels: Readonly<Record<string, Kernel>> = {
  Add: arithmetic(tf.add, (a, b) => a + b),
  Sub: arithmetic(tf.sub, (a, b) => a - b),
  Mul: arithmetic(tf.mul, (a, b) => a * b),
  Div: arithmetic(tf.div, (a, b) => Math.trunc(a / b)),
  Pow: arithmetic(tf.pow, (a, b) => a ** b, false),
  Max: arithmetic(tf.maximum, Math.max, false),
  Min: arithmetic(tf.minimum, Math.min, false),
  Mod: arithmetic(tf.mod, modulo),
  Equal: truth((a, b) => tf.equal(asNumbers(a), asNumbers(b))),
  Greater: truth(tf.greater),
  GreaterOrEqual: truth(tf.greaterEqual),
  Less: truth(tf.less),
  LessOrEqual: truth(tf.lessEqual),
  And: truth(tf.logicalAnd),
  Or: truth(tf.logicalOr),
  Not: { compute: ({ inputs: [x] }) => tf.logicalNot(x!) },
  Where: {
    compute({ inputs: [condition, a, b], shapes: [shape] }) {
      return tf.where(stretched(condition!, shape!), stretched(a!, shape!), stretched(b!, shape!));
    },
  },
};

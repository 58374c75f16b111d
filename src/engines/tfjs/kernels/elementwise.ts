/**
 * Functions of one tensor, element by element, and the change of its dtype.
 *
 * `Erf` of the CPU and WebAssembly backends is formula 7.1.26 of Abramowitz and Stegun, off by up to 1.5·10⁻⁷ in absolute
 * terms: a few units in the last place of 1, more in relative terms near 0.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from '../../../checkpoints/float16.js';
import type { DataType } from '../../../graph/index.js';
import { eachInteger, fitted } from './integer.js';
import type { Kernel } from './kernel.js';
import { fromValues, heldAs, isInteger, valuesOf, zeroValues } from './typed-array.js';

type Unary = (x: tf.Tensor) => tf.Tensor;

function ofFloats(compute: Unary): Kernel {
  return { compute: ({ inputs: [x] }) => compute(x!) };
}

function ofNumbers(floats: Unary, integers: (value: number) => number): Kernel {
  return {
    compute({ node, inputs: [x] }) {
      const { dtype } = node.outputs[0]!;
      return isInteger(dtype) ? eachInteger(dtype, x!, integers) : floats(x!);
    },
  };
}

/** The values of a tensor in another dtype. Floats lose their fraction on the way to whole numbers. */
function cast(x: tf.Tensor, from: DataType, to: DataType): tf.Tensor {
  if (to === 'float16') return rounded(x, (values) => float16ToFloat32(float32ToFloat16(values)));
  if (to === 'bfloat16') return rounded(x, (values) => bfloat16ToFloat32(float32ToBfloat16(values)));
  if (!isInteger(to))
    return heldAs(to) === 'bool' ? tf.notEqual(tf.cast(x, 'float32'), 0) : tf.cast(x, 'float32');
  if (from === 'bool') return tf.cast(x, 'int32');
  const values = valuesOf(x);
  const result = zeroValues(to, values.length);
  for (let at = 0; at < values.length; at++) result[at] = fitted(to, Math.trunc(values[at]!));
  return fromValues(result, x.shape);
}

function rounded(x: tf.Tensor, round: (values: ArrayLike<number>) => Float32Array): tf.Tensor {
  return fromValues(round(valuesOf(x)), x.shape);
}

/** The WebAssembly kernel of `Sign` takes 10⁻³⁰ for zero. */
function signOf(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'));
}

export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  Sqrt: ofFloats(tf.sqrt),
  Exp: ofFloats(tf.exp),
  Log: ofFloats(tf.log),
  Erf: ofFloats(tf.erf),
  Sin: ofFloats(tf.sin),
  Cos: ofFloats(tf.cos),
  Reciprocal: ofFloats(tf.reciprocal),
  Floor: ofFloats(tf.floor),
  Ceil: ofFloats(tf.ceil),
  Round: ofFloats(tf.round),
  Relu: ofFloats(tf.relu),
  Tanh: ofFloats(tf.tanh),
  Sigmoid: ofFloats(tf.sigmoid),
  Neg: ofNumbers(tf.neg, (value) => -value),
  Abs: ofNumbers(tf.abs, Math.abs),
  Sign: ofNumbers(signOf, Math.sign),
  Clip: {
    compute({ node, inputs: [x, min, max] }) {
      const low = min == null ? Number.NEGATIVE_INFINITY : valuesOf(min)[0]!;
      const high = max == null ? Number.POSITIVE_INFINITY : valuesOf(max)[0]!;
      const { dtype } = node.outputs[0]!;
      if (isInteger(dtype)) return eachInteger(dtype, x!, (value) => Math.min(Math.max(value, low), high));
      return tf.clipByValue(x!, low, high);
    },
  },
  Cast: {
    compute: ({ node, inputs: [x] }) => cast(x!, node.inputs[0]!.dtype, node.outputs[0]!.dtype),
  },
};

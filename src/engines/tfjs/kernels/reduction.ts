/**
 * Sums, means and extremes along axes, and running sums.
 *
 * Whole numbers and reductions over nothing are computed on typed arrays; what nothing amounts to is as in NumPy, 0 for a sum
 * and −∞ for a maximum.
 */
import * as tf from '@tensorflow/tfjs-core';
import { fitted } from './integer.js';
import { axisOf, countOf, integerAttribute, type Kernel, plainNumbers } from './kernel.js';
import { aroundAxis, broadcastPlaces, fromValues, isInteger, valuesOf, zeroValues } from './typed-array.js';

type FloatReduction = (x: tf.Tensor, axes: number[], keepsAxes: boolean) => tf.Tensor;
type Step = (sum: number, value: number) => number;

function reduction(floats: FloatReduction, start: number, step: Step): Kernel {
  return {
    compute({ node, inputs: [x], shapes: [shape] }) {
      const { dtype } = node.outputs[0]!;
      const axes = plainNumbers(node, 1)!.map((axis) => axisOf(axis, x!.shape.length));
      if (!isInteger(dtype) && x!.size > 0)
        return floats(x!, axes, integerAttribute(node, 'keepdims', 1) === 1);
      const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const sums = new Float64Array(countOf(kept)).fill(start);
      const places = broadcastPlaces(kept, x!.shape);
      valuesOf(x!).forEach((value, at) => {
        sums[places[at]!] = step(sums[places[at]!]!, value);
      });
      const result = zeroValues(dtype, sums.length);
      return fromValues(
        result.map((_, at) => (isInteger(dtype) ? fitted(dtype, sums[at]!) : sums[at]!)),
        shape!,
      );
    },
    plainInputs: [1],
  };
}

/** Position of an extreme; `floats` takes the lower one of equals. */
function extreme(floats: (x: tf.Tensor, axis: number) => tf.Tensor): Kernel {
  return {
    compute({ node, inputs: [x], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', 0), x!.shape.length);
      return tf.reshape(floats(tf.cast(x!, 'float32'), axis), [...shape!]);
    },
  };
}

export const reductionKernels: Readonly<Record<string, Kernel>> = {
  ReduceSum: reduction(tf.sum, 0, (sum, value) => sum + value),
  ReduceMean: reduction(tf.mean, Number.NaN, (sum) => sum),
  ReduceMax: reduction(tf.max, Number.NEGATIVE_INFINITY, Math.max),
  ReduceMin: reduction(tf.min, Number.POSITIVE_INFINITY, Math.min),
  ReduceLogSumExp: reduction(tf.logSumExp, Number.NEGATIVE_INFINITY, (sum) => sum),
  ReduceL2: reduction(
    (x, axes, keepsAxes) => tf.sqrt(tf.sum(tf.square(x), axes, keepsAxes)),
    0,
    (sum) => sum,
  ),
  ArgMax: extreme(tf.argMax),
  ArgMin: extreme(tf.argMin),
  CumSum: {
    compute({ node, inputs: [x] }) {
      const { dtype } = node.outputs[0]!;
      const [wanted] = plainNumbers(node, 1)!;
      const axis = axisOf(wanted!, x!.shape.length);
      const [exclusive, reverse] = ['exclusive', 'reverse'].map(
        (name) => integerAttribute(node, name, 0) === 1,
      );
      if (!isInteger(dtype)) return tf.cumsum(x!, axis, exclusive, reverse);
      const [outer, size, inner] = aroundAxis(x!.shape, axis);
      const values = valuesOf(x!);
      const result = new Int32Array(values.length);
      for (let line = 0; line < outer * inner; line++) {
        const first = Math.floor(line / inner) * size * inner + (line % inner);
        let sum = 0;
        for (let step = 0; step < size; step++) {
          const at = first + (reverse ? size - 1 - step : step) * inner;
          const before = sum;
          sum += values[at]!;
          result[at] = fitted(dtype, exclusive ? before : sum);
        }
      }
      return fromValues(result, x!.shape);
    },
    plainInputs: [1],
  },
};

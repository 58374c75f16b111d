/**
 * Softmax, layer normalisation and instance normalisation.
 *
 * The sums of the WebAssembly backend are plain float32 ones. A mean of many values far from zero is off by more than the
 * variance can bear, so the mean of what is left after subtracting it is subtracted as well; the variance is that of the
 * centred values and never a difference of two large sums.
 */
import * as tf from '@tensorflow/tfjs-core';
import { axisOf, countOf, floatAttribute, integerAttribute, type Kernel } from './kernel.js';

/** Zero mean and unit variance along the rows of `[rows, width]`. */
function standardized(rows: tf.Tensor, epsilon: number): tf.Tensor {
  const nearly = tf.sub(rows, tf.mean(rows, 1, true));
  const centred = tf.sub(nearly, tf.mean(nearly, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

/** A function of the last axis, along another one. */
function along(compute: (x: tf.Tensor) => tf.Tensor): Kernel {
  return {
    compute({ node, inputs: [x] }) {
      const rank = x!.shape.length;
      const axis = axisOf(integerAttribute(node, 'axis', -1), rank);
      if (axis === rank - 1) return compute(x!);
      const order = x!.shape.map((_, at) => at).with(axis, rank - 1);
      order[rank - 1] = axis;
      return tf.transpose(compute(tf.transpose(x!, order)), order);
    },
  };
}

export const normalisationKernels: Readonly<Record<string, Kernel>> = {
  Softmax: along((x) => tf.softmax(x)),
  LogSoftmax: along((x) => tf.logSoftmax(x)),
  LayerNormalization: {
    compute({ node, inputs: [x, scale, bias], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', -1), shape!.length);
      const rows = tf.reshape(x!, [countOf(shape!.slice(0, axis)), countOf(shape!.slice(axis))]);
      const normalized = tf.reshape(standardized(rows, floatAttribute(node, 'epsilon', 1e-5)), [...shape!]);
      const scaled = tf.mul(normalized, scale!);
      return bias == null ? scaled : tf.add(scaled, bias);
    },
  },
  InstanceNormalization: {
    compute({ node, inputs: [x, scale, bias], shapes: [shape] }) {
      const [batch, channels, ...spatial] = shape!;
      const rows = tf.reshape(x!, [batch! * channels!, countOf(spatial)]);
      const normalized = standardized(rows, floatAttribute(node, 'epsilon', 1e-5));
      const perChannel = tf.reshape(normalized, [batch!, channels!, countOf(spatial)]);
      const scaled = tf.mul(perChannel, tf.reshape(scale!, [channels!, 1]));
      return tf.reshape(tf.add(scaled, tf.reshape(bias!, [channels!, 1])), [...shape!]);
    },
  },
};

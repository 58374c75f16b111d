/**
 * Resampling along axes, one after the other: to the nearest element by gathering, linear and cubic as a product with a matrix
 * of weights, which is any interpolation with fixed places. TensorFlow.js has neither the cubic one nor all the coordinates.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Resize.html
 */
import * as tf from '@tensorflow/tfjs-core';
import { TurboError } from '../../../errors/turbo-error.js';
import type { Node } from '../../../graph/index.js';
import {
  countOf,
  floatAttribute,
  integerAttribute,
  type Kernel,
  listAttribute,
  plainNumbers,
} from './kernel.js';
import { fromValues } from './typed-array.js';

interface Axis {
  readonly size: number;
  readonly resized: number;
  readonly factor: number;
}

/** Where an element of the result lies on the axis as it was. */
function sourcePlace(mode: string, at: number, { size, resized, factor }: Axis): number {
  switch (mode) {
    case 'asymmetric':
      return at / factor;
    case 'align_corners':
      return resized === 1 ? 0 : (at * (size - 1)) / (resized - 1);
    case 'pytorch_half_pixel':
      return resized > 1 ? (at + 0.5) / factor - 0.5 : 0;
    default:
      return (at + 0.5) / factor - 0.5;
  }
}

const nearest: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Weights of the elements around a place, the first at `floor(place) − (count / 2 − 1)`. */
function tapsOf(mode: string, fraction: number, a: number): number[] {
  if (mode === 'linear') return [1 - fraction, fraction];
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [far(1 + fraction), near(fraction), near(1 - fraction), far(2 - fraction)];
}

/** `[size, resized]`; beyond the ends the outermost elements go on. */
function weightsOf(node: Node, mode: string, coordinates: string, axis: Axis): Float32Array {
  const a = floatAttribute(node, 'cubic_coeff_a', -0.75);
  const weights = new Float32Array(axis.size * axis.resized);
  for (let to = 0; to < axis.resized; to++) {
    const place = sourcePlace(coordinates, to, axis);
    const taps = tapsOf(mode, place - Math.floor(place), a);
    const first = Math.floor(place) - (taps.length / 2 - 1);
    taps.forEach((weight, tap) => {
      const from = Math.min(Math.max(first + tap, 0), axis.size - 1);
      weights[from * axis.resized + to]! += weight;
    });
  }
  return weights;
}

function resampled(x: tf.Tensor, at: number, axis: Axis, node: Node): tf.Tensor {
  const mode = String(node.attributes.mode);
  const coordinates = String(node.attributes.coordinate_transformation_mode);
  if (mode === 'nearest') {
    const round = nearest[String(node.attributes.nearest_mode ?? 'round_prefer_floor')]!;
    const positions = Int32Array.from({ length: axis.resized }, (_, to) =>
      Math.min(Math.max(round(sourcePlace(coordinates, to, axis)), 0), axis.size - 1),
    );
    return tf.gather(x, fromValues(positions, [axis.resized]), at);
  }
  const weights = fromValues(weightsOf(node, mode, coordinates, axis), [axis.size, axis.resized]);
  const order = [...x.shape.map((_, axisAt) => axisAt).filter((axisAt) => axisAt !== at), at];
  const last = tf.transpose(x, order);
  const rows = tf.reshape(last, [countOf(last.shape.slice(0, -1)), axis.size]);
  const product = tf.matMul(rows as tf.Tensor2D, weights as tf.Tensor2D);
  const back = x.shape.map((_, axisAt) => order.indexOf(axisAt));
  return tf.transpose(tf.reshape(product, [...last.shape.slice(0, -1), axis.resized]), back);
}

export const resamplingKernels: Readonly<Record<string, Kernel>> = {
  Resize: {
    compute({ node, inputs: [x], shapes: [shape] }) {
      if (integerAttribute(node, 'antialias', 0) === 1)
        throw new TurboError('tfjs has no Resize with antialias', { next: 'run this graph on onnxruntime' });
      const scales = plainNumbers(node, 2);
      return listAttribute(node, 'axes')!.reduce((result, at, which) => {
        const [size, resized] = [result.shape[at]!, shape![at]!];
        const factor = scales?.[which] ?? resized / size;
        return size === resized && factor === 1
          ? result
          : resampled(result, at, { size, resized, factor }, node);
      }, x!);
    },
    plainInputs: [1, 2, 3],
  },
};

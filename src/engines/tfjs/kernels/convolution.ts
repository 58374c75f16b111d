/**
 * Convolution and pooling of images.
 *
 * ONNX keeps channels before the spatial axes, the kernels of TensorFlow.js take them last, so images are turned around and
 * back. One spatial axis becomes two with a height of 1; three are refused.
 */
import * as tf from '@tensorflow/tfjs-core';
import { TurboError } from '../../../errors/turbo-error.js';
import { integerAttribute, type Kernel, type KernelCall, listAttribute } from './kernel.js';

type Pair = [number, number];
type Margins = [Pair, Pair, Pair, Pair];

interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly margins: Margins;
}

/** Two spatial axes, whatever the graph has. */
function windowOf({ node, inputs: [x] }: KernelCall): Window {
  const rank = x!.shape.length - 2;
  if (rank > 2)
    throw new TurboError(`tfjs has no ${node.operator} of ${rank} spatial axes`, { allowed: '1 or 2' });
  const pair = (name: string, byDefault: number): Pair => {
    const values = listAttribute(node, name) ?? new Array<number>(rank).fill(byDefault);
    return rank === 1 ? [1, values[0]!] : [values[0]!, values[1]!];
  };
  const pads = listAttribute(node, 'pads') ?? new Array<number>(2 * rank).fill(0);
  const [top, left, bottom, right] = rank === 1 ? [0, pads[0]!, 0, pads[1]!] : pads;
  return {
    kernel: pair('kernel_shape', 1),
    strides: pair('strides', 1),
    dilations: pair('dilations', 1),
    margins: [
      [0, 0],
      [top!, bottom!],
      [left!, right!],
      [0, 0],
    ],
  };
}

/** `[batch, channels, …]` → `[batch, height, width, channels]` */
function channelsLast(x: tf.Tensor): tf.Tensor4D {
  const [batch, channels, ...spatial] = x.shape;
  const image = spatial.length === 1 ? tf.reshape(x, [batch!, channels!, 1, spatial[0]!]) : x;
  return tf.transpose(image, [0, 2, 3, 1]) as tf.Tensor4D;
}

/** `[batch, height, width, channels]` → `shape`, with channels second */
function channelsSecond(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [...shape]);
}

/** `[height, width, in, out]` with zeros between the taps: the kernels take either a stride or a dilation. */
function dilated(filter: tf.Tensor4D, [down, across]: Pair): tf.Tensor4D {
  const [height, width, channels, filters] = filter.shape;
  const spread = tf.pad(tf.reshape(filter, [height, 1, width, 1, channels * filters]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(spread, [height * down, width * across, channels, filters]);
  const [rows, columns] = [(height - 1) * down + 1, (width - 1) * across + 1];
  return tf.slice(whole, [0, 0, 0, 0], [rows, columns, channels, filters]) as tf.Tensor4D;
}

/** The filter is `[…spatial, in / group, out]`: `adaptGraph` has turned it around. */
function convolution(call: KernelCall): tf.Tensor {
  const [x, weight, bias] = call.inputs;
  const { strides, dilations, margins } = windowOf(call);
  const sides = weight!.shape;
  const flat = sides.length === 3 ? tf.reshape(weight!, [1, ...sides]) : weight!;
  const needsSpread = Math.max(...dilations) > 1 && Math.max(...strides) > 1;
  const filter = needsSpread ? dilated(flat as tf.Tensor4D, dilations) : (flat as tf.Tensor4D);
  const image = channelsLast(x!);
  const groups = integerAttribute(call.node, 'group', 1);
  const convolve = (part: tf.Tensor4D, own: tf.Tensor4D) =>
    tf.conv2d(part, own, strides, margins, 'NHWC', needsSpread ? [1, 1] : dilations);
  let result: tf.Tensor;
  if (groups === 1) result = convolve(image, filter);
  else {
    const images = tf.split(image, groups, 3);
    const filters = tf.split(filter, groups, 3);
    result = tf.concat(
      images.map((part, at) => convolve(part as tf.Tensor4D, filters[at] as tf.Tensor4D)),
      3,
    );
  }
  return channelsSecond(bias == null ? result : tf.add(result, bias), call.shapes[0]!);
}

function pooling(pool: (image: tf.Tensor4D, window: Window, call: KernelCall) => tf.Tensor): Kernel {
  return {
    compute: (call) =>
      channelsSecond(pool(channelsLast(call.inputs[0]!), windowOf(call), call), call.shapes[0]!),
  };
}

export const convolutionKernels: Readonly<Record<string, Kernel>> = {
  Conv: { compute: convolution },
  MaxPool: pooling((image, { kernel, strides, margins }) => tf.maxPool(image, kernel, strides, margins)),
  AveragePool: pooling((image, { kernel, strides, margins }, { node }) => {
    if (integerAttribute(node, 'count_include_pad', 0) === 0)
      return tf.avgPool(image, kernel, strides, margins);
    return tf.avgPool(tf.pad(image, margins), kernel, strides, 'valid');
  }),
};

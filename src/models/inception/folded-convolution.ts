/**
 * A convolution whose batch normalisation is multiplied into its weights, followed by a ReLU: what all of InceptionV3 is made of.
 *
 * Source: `BasicConv2d` of torchvision's `inception.py`; epsilon 0.001. The fold is computed in double precision, so that it rounds once.
 */
import { conv, relu, weight, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';

const EPSILON = 0.001;

export interface ConvolutionOptions {
  /** Name in the checkpoint, such as `Mixed_5b.branch1x1`. */
  readonly name: string;
  readonly filters: number;
  /** Height and width. */
  readonly kernel: readonly [number, number];
  /** Default 1. */
  readonly stride?: number;
  /** `same` keeps the size at stride 1, `none` lets the window stay inside the image. */
  readonly padding: 'same' | 'none';
}

/** @param x `[batch, in, H, W]` @returns `[batch, filters, H', W']`, none of them negative */
export function convolve(parameters: Parameters, x: Tensor, options: ConvolutionOptions): Tensor {
  const { name, filters, kernel, stride = 1, padding } = options;
  const shape = [filters, x.shape[1] as number, ...kernel];
  const values = parameters.values(`${name}.conv.weight`, shape);
  const [scale, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
    parameters.values(`${name}.bn.${part}`, [filters]),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factors = Float64Array.from(scale, (value, filter) => value / Math.sqrt(variance[filter]! + EPSILON));
  const perFilter = values.length / filters;
  const folded = values.map((value, at) => value * factors[Math.floor(at / perFilter)]!);
  const shifts = bias.map((value, filter) => value - mean[filter]! * factors[filter]!);
  const [vertical, horizontal] = padding === 'same' ? kernel.map((side) => (side - 1) / 2) : [0, 0];
  return withScope(name.split('.').at(-1)!, () =>
    relu(
      conv(x, computed(`${name}.weight`, folded, shape), computed(`${name}.bias`, shifts, [filters]), {
        strides: [stride, stride],
        pads: [vertical!, horizontal!, vertical!, horizontal!],
      }),
    ),
  );
}

/** Weights that lie in memory alone. */
function computed(name: string, { buffer }: Float32Array, shape: readonly number[]): Tensor {
  const bytes = new Uint8Array(buffer as ArrayBuffer);
  return weight({ readBytes: () => bytes, locate: () => undefined }, name, 'float32', shape);
}

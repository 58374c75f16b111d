/** A convolution over images, of a checkpoint. */
import { conv } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';

export interface Convolution {
  /** [out, in, kernel, kernel] */
  readonly weight: Tensor;
  /** [out] */
  readonly bias: Tensor;
}

/** Takes `<name>.weight` and `<name>.bias`; kernels are square. */
export function takeConvolution(
  parameters: Parameters,
  name: string,
  { inputs, outputs, kernel }: { inputs: number; outputs: number; kernel: number },
): Convolution {
  return {
    weight: parameters.take(`${name}.weight`, [outputs, inputs, kernel, kernel]),
    bias: parameters.take(`${name}.bias`, [outputs]),
  };
}

/** Zeros around an image, in pixels. */
export interface Margin {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * [batch, in, H, W] → [batch, out, H', W']. With stride 1 and the usual margin of half a kernel the size stays.
 *
 * @param options `stride` 1 and a margin of (kernel − 1) / 2 on all sides by default
 */
export function convolve(
  x: Tensor,
  { weight, bias }: Convolution,
  options: { stride?: number; margin?: Margin } = {},
): Tensor {
  const half = ((weight.shape[2] as number) - 1) / 2;
  const { stride = 1, margin = { top: half, left: half, bottom: half, right: half } } = options;
  const { top, left, bottom, right } = margin;
  return conv(x, weight, bias, { strides: [stride, stride], pads: [top, left, bottom, right] });
}

/**
 * From one level of resolution to the next.
 *
 * Source: `models/downsampling.py` and `models/upsampling.py` of diffusers.
 */
import { resize } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { convolve, type Margin, takeConvolution } from '../blocks/convolution.js';
import type { Parameters } from '../parameters.js';

/** Zeros on all sides, as the U-Net has it. */
export const evenMargin: Margin = { top: 1, left: 1, bottom: 1, right: 1 };
/** Zeros below and to the right only, as the autoencoder has it. */
export const lateMargin: Margin = { top: 0, left: 0, bottom: 1, right: 1 };

/** Takes `<name>.downsamplers.0.conv`: [batch, C, H, W] → [batch, C, H / 2, W / 2], an odd side rounded up by an even margin. */
export function downsample(x: Tensor, parameters: Parameters, name: string, margin: Margin): Tensor {
  const channels = x.shape[1] as number;
  const convolution = takeConvolution(parameters, `${name}.downsamplers.0.conv`, {
    inputs: channels,
    outputs: channels,
    kernel: 3,
  });
  return convolve(x, convolution, { stride: 2, margin });
}

/**
 * Takes `<name>.upsamplers.0.conv`: the nearest pixel, then a convolution. Twice the size, or one less where the level below had an odd
 * side.
 *
 * @param x [batch, C, H, W]
 * @returns [batch, C, height, width]
 */
export function upsample(
  x: Tensor,
  parameters: Parameters,
  name: string,
  { height, width }: { height: number; width: number },
): Tensor {
  const [, channels, rows, columns] = x.shape as [unknown, number, number, number];
  const convolution = takeConvolution(parameters, `${name}.upsamplers.0.conv`, {
    inputs: channels,
    outputs: channels,
    kernel: 3,
  });
  const doubles = height === 2 * rows && width === 2 * columns;
  const larger = resize(x, {
    axes: [2, 3],
    ...(doubles ? { scales: [2, 2] } : { sizes: [height, width] }),
    mode: 'nearest',
    coordinateTransformationMode: 'asymmetric',
    nearestMode: 'floor',
  });
  return convolve(larger, convolution);
}

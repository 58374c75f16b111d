/** Windows that slide over the spatial axes of an image `[batch, channels, …]`: how many places each finds along its axis. */
import type { Dimension } from './dimension.js';
import { refuse } from './node.js';
import type { Tensor } from './tensor.js';

export interface WindowOptions {
  readonly strides: readonly number[];
  /** Begin of every spatial axis, then end of every spatial axis. */
  readonly pads: readonly number[];
  readonly dilations?: readonly number[];
}

/**
 * Sizes of the spatial axes of the result. Refuses what does not fit the axes, sizes that are not known, and a window that is
 * larger than the padded image.
 *
 * @param kernel size of the window along each spatial axis
 */
export function slide(
  operator: string,
  inputs: readonly (Tensor | null)[],
  kernel: readonly Dimension[],
  options: WindowOptions,
): number[] {
  const spatial = inputs[0]!.shape.slice(2);
  const rank = spatial.length;
  const { strides, pads, dilations = Array<number>(rank).fill(1) } = options;
  if (
    kernel.length !== rank ||
    strides.length !== rank ||
    dilations.length !== rank ||
    pads.length !== 2 * rank
  )
    refuse(operator, `kernel, strides, dilations and pads must fit ${rank} spatial axes`, inputs);
  return spatial.map((size, axis) => {
    const side = kernel[axis]!;
    if (typeof size !== 'number' || typeof side !== 'number')
      return refuse(operator, 'spatial axes must be known', inputs);
    const padded = size + pads[axis]! + pads[axis + rank]!;
    const extent = Math.floor((padded - dilations[axis]! * (side - 1) - 1) / strides[axis]!) + 1;
    return extent > 0 ? extent : refuse(operator, 'the kernel is larger than the image', inputs);
  });
}

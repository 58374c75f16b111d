/**
 * Pooling of images `[batch, channels, …]`: one number for every place of a window.
 */
import { floatTypes, makeSingle, refuse, requireDtype } from '../node.js';
import type { Tensor } from '../tensor.js';
import { slide, type WindowOptions } from '../windows.js';

export interface PoolOptions extends Omit<WindowOptions, 'dilations'> {
  /** Size of the window along each spatial axis. */
  readonly kernel: readonly number[];
}

/** The largest value in every window; padding is never the largest. */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  return pool('MaxPool', x, options);
}

/** The mean of every window. Padding counts as zeros only with `countIncludePad`, as PyTorch does and TensorFlow does not. */
export function averagePool(
  x: Tensor,
  options: PoolOptions & { readonly countIncludePad?: boolean },
): Tensor {
  return pool('AveragePool', x, options, { count_include_pad: options.countIncludePad ? 1 : 0 });
}

function pool(
  operator: string,
  x: Tensor,
  { kernel, strides, pads }: PoolOptions,
  attributes: Readonly<Record<string, number>> = {},
): Tensor {
  requireDtype(operator, [x], floatTypes);
  if (x.shape.length < 3) refuse(operator, 'there is no spatial axis', [x]);
  const spatial = slide(operator, [x], kernel, { strides, pads });
  if (pads.some((pad, at) => pad >= kernel[at % kernel.length]!))
    refuse(operator, `a window of [${kernel.join(', ')}] would see nothing but padding`, [x]);
  return makeSingle({
    operator,
    inputs: [x],
    attributes: { kernel_shape: kernel, strides, pads, ...attributes },
    output: { dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...spatial] },
  });
}

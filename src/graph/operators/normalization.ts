/**
 * Softmax, layer normalisation and instance normalisation.
 */
import { broadcastShapes } from '../broadcast.js';
import { sameShape } from '../dimension.js';
import { floatTypes, makeSingle, refuse, requireDtype, resolveAxis } from '../node.js';
import type { Tensor } from '../tensor.js';

/** Probabilities along an axis. */
export function softmax(x: Tensor, options: { axis: number }): Tensor {
  return along('Softmax', x, options.axis);
}

/** Logarithm of `softmax`. */
export function logSoftmax(x: Tensor, options: { axis: number }): Tensor {
  return along('LogSoftmax', x, options.axis);
}

function along(operator: string, x: Tensor, axis: number): Tensor {
  requireDtype(operator, [x], floatTypes);
  return makeSingle({
    operator,
    inputs: [x],
    attributes: { axis: resolveAxis(operator, axis, x.shape.length, [x]) },
    output: x,
  });
}

/** Zero mean and unit variance over the axes from `axis` on, times `scale`, plus `bias`. */
export function layerNormalization(
  x: Tensor,
  scale: Tensor,
  bias: Tensor | null,
  options: { epsilon: number; axis?: number },
): Tensor {
  const inputs = [x, scale, bias];
  requireDtype('LayerNormalization', inputs, floatTypes);
  const axis = resolveAxis('LayerNormalization', options.axis ?? -1, x.shape.length, [x, scale]);
  const normalized = x.shape.slice(axis);
  for (const parameter of [scale, bias]) {
    const shape = parameter && broadcastShapes(parameter.shape, normalized);
    if (parameter !== null && (!shape || !sameShape(shape, normalized)))
      refuse('LayerNormalization', 'scale and bias must fit the normalised axes', inputs);
  }
  return makeSingle({
    operator: 'LayerNormalization',
    inputs,
    attributes: { axis, epsilon: { float: options.epsilon } },
    output: x,
  });
}

/**
 * Zero mean and unit variance over the spatial axes, channel by channel, times `scale`, plus `bias`.
 *
 * @param x `[batch, C, …spatial]`
 * @param scale `[C]`, as is `bias`
 */
export function instanceNormalization(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  options: { epsilon: number },
): Tensor {
  const operator = 'InstanceNormalization';
  const inputs = [x, scale, bias];
  requireDtype(operator, inputs, floatTypes);
  if (x.shape.length < 3) refuse(operator, 'the input needs spatial axes', inputs);
  for (const parameter of [scale, bias])
    if (!sameShape(parameter.shape, x.shape.slice(1, 2)))
      refuse(operator, 'scale and bias must have one value for each channel', inputs);
  return makeSingle({
    operator,
    inputs,
    attributes: { epsilon: { float: options.epsilon } },
    output: x,
  });
}

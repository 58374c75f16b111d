/**
 * Activations. Those of `com.microsoft` are one kernel of ONNX Runtime each; `decompose` rewrites them for other engines.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import { floatTypes, makeSingle, requireDtype } from '../node.js';
import type { Attribute, Tensor } from '../tensor.js';

function activation(
  operator: string,
  x: Tensor,
  domain: '' | 'com.microsoft',
  attributes?: Record<string, Attribute>,
): Tensor {
  requireDtype(operator, [x], floatTypes);
  return makeSingle({
    operator,
    domain,
    inputs: [x],
    ...(attributes === undefined ? {} : { attributes }),
    output: x,
  });
}

export const relu = (x: Tensor): Tensor => activation('Relu', x, '');
export const tanh = (x: Tensor): Tensor => activation('Tanh', x, '');
export const sigmoid = (x: Tensor): Tensor => activation('Sigmoid', x, '');

/** `x · Φ(x)`, with Φ by the error function. */
export const gelu = (x: Tensor): Tensor => activation('Gelu', x, 'com.microsoft');

/** The tanh approximation of GELU (`gelu_pytorch_tanh`, `gelu_new`). */
export const fastGelu = (x: Tensor): Tensor => activation('FastGelu', x, 'com.microsoft');

/** `x · sigmoid(alpha · x)`, the activation of OpenAI's CLIP. */
export function quickGelu(x: Tensor, options: { alpha?: number } = {}): Tensor {
  return activation('QuickGelu', x, 'com.microsoft', { alpha: { float: options.alpha ?? 1.702 } });
}

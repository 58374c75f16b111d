/**
 * Residual and normalisation in one kernel of ONNX Runtime.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import { sameShape } from '../dimension.js';
import { floatTypes, makeNode, refuse, requireDtype } from '../node.js';
import type { Tensor } from '../tensor.js';

/**
 * `sum = x + skip` and its layer normalisation over the last axis (`com.microsoft.SkipLayerNormalization`).
 *
 * @param x `[batch, N, C]`, as is `skip`; `gamma` and `beta` are `[C]`
 */
export function skipLayerNormalization(
  x: Tensor,
  skip: Tensor,
  gamma: Tensor,
  beta: Tensor | null,
  options: { epsilon: number },
): { normalized: Tensor; sum: Tensor } {
  const operator = 'SkipLayerNormalization';
  const inputs = [x, skip, gamma, beta];
  requireDtype(operator, inputs, floatTypes);
  if (x.shape.length !== 3 || !sameShape(x.shape, skip.shape))
    refuse(operator, 'x and skip need the same shape of rank 3', inputs);
  for (const parameter of [gamma, beta])
    if (parameter !== null && !sameShape(parameter.shape, x.shape.slice(-1)))
      refuse(operator, 'gamma and beta must have the width of x', inputs);
  const stat = { dtype: 'float32' as const, shape: [...x.shape.slice(0, -1), 1] };
  const [normalized, , , sum] = makeNode({
    operator,
    domain: 'com.microsoft',
    inputs,
    attributes: { epsilon: { float: options.epsilon } },
    outputs: [x, stat, stat, x],
  });
  return { normalized: normalized!, sum: sum! };
}

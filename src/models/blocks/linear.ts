/** A linear layer of a checkpoint. */
import { linear } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';

export interface Linear {
  /** [out, in] */
  readonly weight: Tensor;
  /** [out] */
  readonly bias: Tensor | null;
}

/** Takes `<name>.weight` and, unless the layer has none, `<name>.bias`. */
export function takeLinear(
  parameters: Parameters,
  name: string,
  { inputs, outputs, bias = true }: { inputs: number; outputs: number; bias?: boolean },
): Linear {
  return {
    weight: parameters.take(`${name}.weight`, [outputs, inputs]),
    bias: bias ? parameters.take(`${name}.bias`, [outputs]) : null,
  };
}

/** `x · weightᵀ + bias`, […, in] → […, out]. */
export function project(x: Tensor, { weight, bias }: Linear): Tensor {
  return linear(x, weight, bias);
}

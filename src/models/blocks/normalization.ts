/** Layer normalisation over the last axis. */
import { layerNormalization } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';

export interface Norm {
  /** [C] */
  readonly scale: Tensor;
  /** [C] */
  readonly bias: Tensor;
  readonly epsilon: number;
}

/** Takes `<name>.weight` and `<name>.bias`. */
export function takeNorm(parameters: Parameters, name: string, width: number, epsilon: number): Norm {
  return {
    scale: parameters.take(`${name}.weight`, [width]),
    bias: parameters.take(`${name}.bias`, [width]),
    epsilon,
  };
}

export function normalize(x: Tensor, { scale, bias, epsilon }: Norm): Tensor {
  return layerNormalization(x, scale, bias, { epsilon });
}

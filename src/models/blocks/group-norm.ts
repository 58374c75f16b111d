/** Group normalisation of images, of a checkpoint. */
import { groupNormalization } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';
import { type Norm, takeNorm } from './normalization.js';

export interface GroupNorm extends Norm {
  readonly groups: number;
}

/** Takes `<name>.weight` and `<name>.bias`. */
export function takeGroupNorm(
  parameters: Parameters,
  name: string,
  { channels, groups, epsilon }: { channels: number; groups: number; epsilon: number },
): GroupNorm {
  return { ...takeNorm(parameters, name, channels, epsilon), groups };
}

/** [batch, C, …] of the same shape. */
export function normalizeGroups(x: Tensor, { scale, bias, groups, epsilon }: GroupNorm): Tensor {
  return groupNormalization(x, scale, bias, { groups, epsilon });
}

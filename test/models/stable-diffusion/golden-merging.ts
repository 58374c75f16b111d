/** How the cases of the goldens write a reduction, and what that is here. */
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import type { DiffusionMergingOptions } from '../../../src/reduction/diffusion/diffusion-merging.js';
import type { SemanticEstimator } from '../../../src/reduction/diffusion/semantic-estimators.js';
import type { DiffusionGolden } from './diffusion-golden.js';

export interface GoldenReduction {
  readonly ratio: number;
  readonly sx: number;
  readonly sy: number;
  readonly maxDownsample: number;
  readonly mergeAttention: boolean;
  readonly mergeCrossAttention: boolean;
  readonly mergeMlp: boolean;
  readonly estimator: SemanticEstimator;
  readonly queryStride: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly metric: 'hidden' | 'keys';
  readonly proportional: boolean;
}

export const textLength = 16;

export function mergingOf({
  sx,
  sy,
  estimator,
  metric,
  proportional,
  ...same
}: GoldenReduction): DiffusionMergingOptions {
  return {
    ...same,
    ...{ strideX: sx, strideY: sy, partition: 'top-left', seed: 0, combine: 'additive' },
    metric: metric === 'keys' ? 'keys' : 'hidden-states',
    semantic: estimator,
    proportionalAttention: proportional,
  };
}

/** [1, T] 1 behind the start token and before the first end token of one of the prompts. */
export function contentOf(golden: DiffusionGolden, prompt: number): TensorData {
  const { data } = golden.input('promptIds');
  const row = new Float32Array(textLength);
  for (let at = 1; Number(data[prompt * textLength + at]) !== golden.endToken; at++) row[at] = 1;
  return tensorData(row, [1, textLength]);
}

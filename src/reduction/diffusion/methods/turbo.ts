/**
 * Turbo in a diffusion network: tokens of low information degree are merged around parts of a transformer block and restored after.
 *
 * Source: arXiv 2312.07408 (ECCV 2024 version 2407.11717), supplement, section 1.2. With α = 0 it is tomesd.
 */
import { z } from 'zod';
import { Combine } from '../../information-degree.js';
import { defineDiffusionMethod } from '../method.js';
import { SemanticEstimator } from '../semantic-estimators.js';
import { diffusionParameters } from './shared-parameters.js';

export const turboDiffusion = defineDiffusionMethod({
  name: 'turbo',
  summary:
    'merges tokens of low information degree in a diffusion network and restores them (Turbo, ECCV 2024)',
  schema: z.strictObject({
    method: z.literal('turbo'),
    ...diffusionParameters,
    alpha: z.number().min(0).default(1).describe('Weight α of the semantic value; 0 is tomesd.'),
    beta: z.number().min(0).default(1).describe('Base β of the block factor β^|γ − l|; 1 switches it off.'),
    gamma: z
      .number()
      .min(0)
      .default(0)
      .describe('Block γ, counted among the merging blocks, at which the block factor is 1.'),
    combine: Combine.default('additive'),
    metric: z
      .enum(['hidden-states', 'keys'])
      .default('hidden-states')
      .describe("What redundancy compares: the block's hidden state, or the mean of its keys over heads."),
    semantic: SemanticEstimator.default('sampled-queries'),
    queryStride: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Every how manieth token is a query of the estimate. By default 8, or more where 8 would be over 128 queries.',
      ),
    refresh: z
      .int()
      .min(1)
      .default(5)
      .describe('Steps from one estimate to the next with `semantic: previous-step`.'),
    proportionalAttention: z
      .boolean()
      .default(false)
      .describe('Adds log(size) of the key to the logits of self-attention.'),
  }),
  merging: (spec) => spec,
});

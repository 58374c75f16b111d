/**
 * Turbo: merges tokens of low information degree.
 *
 * Source: arXiv 2312.07408 (ECCV 2024 version 2407.11717).
 */
import { z } from 'zod';
import { bipartiteMerging } from '../bipartite-merging.js';
import { Combine } from '../information-degree.js';
import { defineMethod } from '../method.js';
import { scheduleParameters, sizeParameters } from './shared-parameters.js';

const Semantic = z.union([
  z.literal('attention'),
  z.strictObject({ neighbourhood: z.strictObject({ k: z.int().min(1) }) }),
]);

export const turbo = defineMethod({
  name: 'turbo',
  summary:
    'merges tokens of low information degree: redundant and of little semantic value (Turbo, ECCV 2024)',
  schema: z.strictObject({
    method: z.literal('turbo'),
    ...scheduleParameters,
    alpha: z
      .number()
      .min(0)
      .default(5)
      .describe('Weight α of the semantic value; 0 is ToMe, 1 to 10 is useful.'),
    beta: z.number().min(0).default(1).describe('Base β of the layer factor β^|γ − l|; 1 switches it off.'),
    gamma: z
      .number()
      .min(0)
      .default(0)
      .describe('Block γ, counted among the merging blocks, at which the layer factor is 1.'),
    combine: Combine.default('additive'),
    metric: z
      .enum(['keys', 'hidden-states'])
      .default('keys')
      .describe("What redundancy compares: the mean of the keys over heads, or the block's hidden state."),
    semantic: Semantic.default('attention').describe(
      'attention: S as the paper has it; {neighbourhood: {k}}: S averaged over a token and its k most similar ones.',
    ),
    ...sizeParameters,
  }),
  reducer: ({ semantic, ...spec }, encoder) =>
    bipartiteMerging(
      { ...spec, neighbourhood: semantic === 'attention' ? 0 : semantic.neighbourhood.k },
      encoder,
    ),
});

/**
 * ToMe: merges the most redundant tokens, whatever they mean.
 *
 * Source: Token Merging: Your ViT But Faster (arXiv 2210.09461, ICLR 2023).
 */
import { z } from 'zod';
import { bipartiteMerging } from '../bipartite-merging.js';
import { defineMethod } from '../method.js';
import { scheduleParameters, sizeParameters } from './shared-parameters.js';

export const tome = defineMethod({
  name: 'tome',
  summary: 'merges the most redundant tokens by bipartite soft matching (ToMe, ICLR 2023)',
  schema: z.strictObject({ method: z.literal('tome'), ...scheduleParameters, ...sizeParameters }),
  reducer: (spec, encoder) =>
    bipartiteMerging(
      { ...spec, combine: 'redundancy-only', alpha: 0, beta: 1, gamma: 0, metric: 'keys', neighbourhood: 0 },
      encoder,
    ),
});

/**
 * tomesd: merges the most redundant tokens of a picture around parts of the U-Net's transformer blocks, and restores them after.
 *
 * Source: Bolya and Hoffman, "Token Merging for Fast Stable Diffusion" (arXiv 2303.17604), and github.com/dbolya/tomesd. Its default
 * draws destinations by lot (`partition: random-every-step`); here the top-left token is the default, which needs no seed.
 */
import { z } from 'zod';
import { defineDiffusionMethod } from '../method.js';
import { diffusionParameters } from './shared-parameters.js';

export const tomesd = defineDiffusionMethod({
  name: 'tomesd',
  summary:
    'merges the most redundant tokens of a diffusion network and restores them (tomesd, CVPR workshop 2023)',
  schema: z.strictObject({ method: z.literal('tomesd'), ...diffusionParameters }),
  merging: (spec) => ({
    ...spec,
    ...{ metric: 'hidden-states', semantic: 'none', combine: 'redundancy-only' },
    ...{ alpha: 0, beta: 1, gamma: 0, refresh: 1, proportionalAttention: false },
  }),
});

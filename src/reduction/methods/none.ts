/** No reduction: the baseline that every variant is measured beside. */
import { z } from 'zod';
import { layOut } from '../merging-plan.js';
import { defineMethod } from '../method.js';
import { unchanged } from '../reducer.js';

export const none = defineMethod({
  name: 'none',
  summary: 'the model as it is: the baseline of every comparison',
  schema: z.strictObject({ method: z.literal('none') }),
  reducer: (_, encoder) => ({
    proportionalAttention: false,
    sizeWeightedPooling: false,
    conservesTokenMass: true,
    plan: layOut({ tokensPerLayer: 0, layers: { from: 0 }, minTokens: 0 }, encoder),
    needsAttentionWeights: () => false,
    reduce: unchanged,
  }),
});

/** Parameters that every method which takes tokens has: how many, where, and what the attention is told. */
import { z } from 'zod';
import { CrossModal } from '../cross-modal.js';
import { TextTokensPerLayer } from '../text-merging.js';
import { LayerRange, TokensPerLayer } from '../tokens-per-layer.js';

export const scheduleParameters = {
  tokensPerLayer: TokensPerLayer,
  layers: LayerRange.default({ from: 0 }),
  minTokens: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'No tokens are taken from a block that holds fewer than this: the threshold against over-merging in late blocks.',
    ),
  crossModal: CrossModal.optional(),
  textTokensPerLayer: TextTokensPerLayer.optional(),
};

export const sizeParameters = {
  proportionalAttention: z
    .boolean()
    .default(true)
    .describe('Adds log(size) of the key to the attention logits once tokens were merged.'),
  sizeWeightedPooling: z
    .boolean()
    .default(true)
    .describe('Pooling over tokens at the end of the encoder weighs them by size.'),
};

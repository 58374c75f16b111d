/**
 * Attention pruning: drops the tokens that the class token attends to least (without a class token: that receive least attention).
 *
 * Source: the token identification of EViT (arXiv 2202.07800, section 3.2), without its fused token and without training.
 */
import { z } from 'zod';
import * as g from '../../graph/index.js';
import { withoutAscending } from '../matching.js';
import { flattenTokens, rowOffsets } from '../merge.js';
import { protectedTokens } from '../merging-plan.js';
import { defineMethod } from '../method.js';
import { plannedReducer } from '../planned-reducer.js';
import type { BlockState, EncoderShape, ReducedBlock } from '../reducer.js';
import { classAttention, receivedAttention } from '../semantic-value.js';
import { scheduleParameters } from './shared-parameters.js';

export const pruning = defineMethod({
  name: 'pruning',
  summary: 'drops the tokens that receive the least attention (as EViT identifies them)',
  schema: z.strictObject({ method: z.literal('pruning'), ...scheduleParameters }),
  reducer: (spec, encoder) =>
    plannedReducer(spec, encoder, {
      proportionalAttention: false,
      sizeWeightedPooling: false,
      conservesTokenMass: false,
      readsAttentionWeights: () => !encoder.classToken,
      take: (state, { taken }) => drop(state, taken, encoder),
    }),
});

/** Keeps all but the `r` unprotected tokens of least semantic value, in their order. */
function drop(state: BlockState, r: number, encoder: EncoderShape): ReducedBlock {
  const [batch, tokens] = state.hidden.shape as [g.Dimension, number];
  const semantic = encoder.classToken
    ? classAttention(state.queries, state.keys, state.heads, null)
    : receivedAttention(state.attentionWeights!);
  const first = protectedTokens(encoder);
  const candidates = g.slice(semantic, { starts: [first], ends: [tokens], axes: [1] });
  const { indices } = g.topK(candidates, r, { axis: 1, largest: false });
  const positions = g.integers(
    Array.from({ length: tokens }, (_, position) => position),
    [1, tokens],
  );
  const offset = rowOffsets(state.hidden);
  const kept = withoutAscending(g.add(positions, offset), g.add(indices, first), tokens - r);
  const rows = g.add(kept, offset);
  return {
    hidden: g.reshape(g.gather(flattenTokens(state.hidden), rows), [
      batch,
      tokens - r,
      state.hidden.shape[2]!,
    ]),
    sizes: null,
    sourceToOutput: null,
    semantic: () => semantic,
    decision: { kept: () => kept },
  };
}

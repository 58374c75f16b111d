/**
 * One token alone, merged into its best destination in one block: the probe of `semantic-validity`.
 *
 * Source: the assumption under test is Turbo's (arXiv 2312.07408, supplement, section 3): attention of the class token stands for meaning.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { applyMatching, semanticValue } from './bipartite-merging.js';
import { withoutAscending } from './matching.js';
import { layOut, protectedTokens } from './merging-plan.js';
import { alternating } from './partition.js';
import { type BlockState, type EncoderShape, type ReducedBlock, type Reducer, unchanged } from './reducer.js';
import { bestDestinations, keyMetric, unitRows } from './redundancy.js';

/** The graph input that names the token to merge, [batch] int64: its position in the sequence, an even one. */
export const PROBED_TOKEN = 'probed_token';

/** Positions that can be probed: the sources of the alternating partition, without the class token. */
export function probeableTokens(encoder: EncoderShape): number[] {
  return alternating(encoder.tokenCount).sources.filter((position) => position >= protectedTokens(encoder));
}

/** A reducer that merges, in block `layer`, the one token that the input `probed_token` names. */
export function singleMerge(layer: number, encoder: EncoderShape): Reducer {
  const tokensPerLayer = Array.from({ length: layer + 1 }, (_, index) => Number(index === layer));
  const probed = g.input(PROBED_TOKEN, 'int64', [g.BATCH]);
  return {
    inputs: [probed],
    proportionalAttention: true,
    sizeWeightedPooling: true,
    conservesTokenMass: true,
    plan: layOut({ tokensPerLayer, layers: { from: 0 }, minTokens: 0 }, encoder),
    needsAttentionWeights: (index) => index === layer && !encoder.classToken,
    reduce: (state) => (state.layer === layer ? mergeProbed(state, probed, encoder) : unchanged(state)),
  };
}

function mergeProbed(state: BlockState, probed: Tensor, encoder: EncoderShape): ReducedBlock {
  const partition = alternating(state.hidden.shape[1] as number);
  const unit = unitRows(keyMetric(state.keys, state.heads));
  const best = bestDestinations(unit, partition, encoder.distillationToken);
  const merged = g.div(g.unsqueeze(probed, [1]), 2);
  const semantic = semanticValue(
    state,
    unit,
    { neighbourhood: 0, proportionalAttention: true },
    encoder.classToken,
  );
  return applyMatching(
    {
      partition,
      r: 1,
      distillationToken: encoder.distillationToken,
      merged,
      destination: g.gatherElements(best.destination, merged, { axis: 1 }),
      unmerged: withoutAscending(best.destination, merged, partition.sources.length - 1),
    },
    state,
    semantic,
  );
}

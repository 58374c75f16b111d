/** Merges the tokens whose hidden state is smallest. An example: `docs/adding-a-method.md` explains it. */
import { z } from 'zod';
import * as g from '../../src/graph/index.js';
import { applyMatching } from '../../src/reduction/bipartite-merging.js';
import { matchTokens } from '../../src/reduction/matching.js';
import { defineMethod } from '../../src/reduction/method.js';
import { scheduleParameters, sizeParameters } from '../../src/reduction/methods/shared-parameters.js';
import { alternating } from '../../src/reduction/partition.js';
import { plannedReducer } from '../../src/reduction/planned-reducer.js';
import type { BlockState, EncoderShape, ReducedBlock } from '../../src/reduction/reducer.js';
import { bestDestinations, unitRows } from '../../src/reduction/redundancy.js';

export const smallestNorm = defineMethod({
  name: 'smallest-norm',
  summary: 'merges the tokens whose hidden state is smallest',
  schema: z.strictObject({ method: z.literal('smallest-norm'), ...scheduleParameters, ...sizeParameters }),
  reducer: (spec, encoder) =>
    plannedReducer(spec, encoder, {
      proportionalAttention: spec.proportionalAttention,
      sizeWeightedPooling: spec.sizeWeightedPooling,
      conservesTokenMass: true,
      take: (state, { taken }) => mergeSmallest(state, taken, encoder),
    }),
});

function mergeSmallest(state: BlockState, r: number, encoder: EncoderShape): ReducedBlock {
  const { classToken, distillationToken } = encoder;
  const partition = alternating(state.hidden.shape[1] as number);
  const { destination } = bestDestinations(unitRows(state.hidden), partition, distillationToken);
  const norms = g.reduceSum(g.mul(state.hidden, state.hidden), { axes: [2], keepdims: false });
  const mergeable = g.integers(partition.sources.slice(Number(classToken)));
  const score = g.neg(g.gather(norms, mergeable, { axis: 1 }));
  const matching = matchTokens({ score, candidates: null }, destination, {
    partition,
    r,
    classToken,
    distillationToken,
  });
  return applyMatching(matching, state, null);
}

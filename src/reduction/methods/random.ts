/**
 * Random merging: the same merging as ToMe and Turbo with sources and destinations drawn by lot. What it loses beyond them is
 * what their choice is worth.
 *
 * The draw depends on seed, layer and token count only, so that every image of every batch meets the same one.
 */
import { z } from 'zod';
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { seededRandom } from '../../random/seeded.js';
import { applyMatching } from '../bipartite-merging.js';
import { rowOffsets } from '../merge.js';
import { defineMethod } from '../method.js';
import { alternating } from '../partition.js';
import { plannedReducer } from '../planned-reducer.js';
import type { BlockState, EncoderShape, ReducedBlock } from '../reducer.js';
import { scheduleParameters, sizeParameters } from './shared-parameters.js';

export const random = defineMethod({
  name: 'random',
  summary: 'merges tokens drawn by lot: the floor that a method has to beat',
  schema: z.strictObject({
    method: z.literal('random'),
    ...scheduleParameters,
    seed: z.int().min(0).default(0).describe('Seed of the draw.'),
    ...sizeParameters,
  }),
  reducer: (spec, encoder) =>
    plannedReducer(spec, encoder, {
      proportionalAttention: spec.proportionalAttention,
      sizeWeightedPooling: spec.sizeWeightedPooling,
      conservesTokenMass: true,
      take: (state, { taken }) => mergeByLot(state, taken, spec.seed, encoder),
    }),
});

function mergeByLot(state: BlockState, r: number, seed: number, encoder: EncoderShape): ReducedBlock {
  const { classToken, distillationToken } = encoder;
  const partition = alternating(state.hidden.shape[1] as number);
  const draw = seededRandom(seed, 'random merging', state.layer, partition.tokenCount);
  const drawn = draw.shuffle([...partition.sources.keys()].slice(Number(classToken)));
  const merged = drawn.slice(0, r);
  const firstReceiver = Number(distillationToken);
  const destination = merged.map(
    () => firstReceiver + draw.integer(partition.destinations.length - firstReceiver),
  );
  const left = drawn.slice(r);
  const unmerged = classToken ? [0, ...left.sort((a, b) => a - b)] : left;
  const everyImage = (indices: readonly number[]): Tensor =>
    g.add(g.mul(rowOffsets(state.hidden), 0), g.integers(indices, [1, indices.length]));
  return applyMatching(
    {
      partition,
      r,
      distillationToken,
      merged: everyImage(merged),
      destination: everyImage(destination),
      unmerged: everyImage(unmerged),
    },
    state,
    null,
  );
}

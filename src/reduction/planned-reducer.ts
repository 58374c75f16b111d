/** The frame of a method that takes tokens by a schedule: laid out over the blocks, and nothing done where it takes nothing. */
import { type LayerPlan, layOut, type MergingSchedule } from './merging-plan.js';
import { type BlockState, type EncoderShape, type ReducedBlock, type Reducer, unchanged } from './reducer.js';

export interface PlannedMethod
  extends Pick<Reducer, 'proportionalAttention' | 'sizeWeightedPooling' | 'conservesTokenMass'> {
  /** Whether a block that gives up tokens must materialise its attention weights; by default none need. */
  readsAttentionWeights?(layer: LayerPlan): boolean;
  /** Gives up as many tokens of a block as its plan takes, at least one. */
  take(state: BlockState, layer: LayerPlan): ReducedBlock;
}

/** @throws TurboError when the schedule does not fit the encoder's depth */
export function plannedReducer(
  schedule: MergingSchedule,
  encoder: EncoderShape,
  { take, readsAttentionWeights = () => false, ...promises }: PlannedMethod,
): Reducer {
  const plan = layOut(schedule, encoder);
  return {
    ...promises,
    plan,
    needsAttentionWeights: (layer) => plan[layer]!.taken > 0 && readsAttentionWeights(plan[layer]!),
    reduce: (state) => {
      const layer = plan[state.layer]!;
      return layer.taken === 0 ? unchanged(state) : take(state, layer);
    },
  };
}

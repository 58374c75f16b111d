/**
 * The method of this project for encoders: redundancy, semantic value, information degree, matching and merging in one block.
 *
 * Source: Turbo (arXiv 2312.07408, section 3); with α = 0 it is ToMe (arXiv 2210.09461).
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import {
  type Combine,
  type InformationDegreeOptions,
  informationDegree,
  type SourceScores,
  usesSemanticValue,
} from './information-degree.js';
import { type Matching, type MatchingOptions, matchTokens } from './matching.js';
import { mergeByMatrices, suitsMatrices } from './matrix-merging.js';
import { mergeTokens } from './merge.js';
import type { LayerPlan, MergingSchedule } from './merging-plan.js';
import { alternating } from './partition.js';
import { plannedReducer } from './planned-reducer.js';
import type { BlockState, EncoderShape, MergedPairs, ReducedBlock, Reducer } from './reducer.js';
import { bestDestinations, keyMetric, pairRedundancy, unitRows } from './redundancy.js';
import { sourceToOutput } from './restore.js';
import { classAttention, neighbourhoodMean, receivedAttention } from './semantic-value.js';

export interface BipartiteMergingOptions extends MergingSchedule {
  readonly combine: Combine;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly metric: 'keys' | 'hidden-states';
  /** Similar tokens over which S is averaged, besides the token itself; 0 for S as it is. */
  readonly neighbourhood: number;
  readonly proportionalAttention: boolean;
  readonly sizeWeightedPooling: boolean;
}

/** A reducer that merges in every block where its plan takes tokens. */
export function bipartiteMerging(options: BipartiteMergingOptions, encoder: EncoderShape): Reducer {
  const degreeOf = (layer: LayerPlan) => ({
    combine: options.combine,
    alpha: options.alpha,
    layerFactor: options.beta ** Math.abs(options.gamma - layer.mergingIndex),
  });
  return plannedReducer(options, encoder, {
    proportionalAttention: options.proportionalAttention,
    sizeWeightedPooling: options.sizeWeightedPooling,
    conservesTokenMass: true,
    readsAttentionWeights: (layer) => !encoder.classToken && usesSemanticValue(degreeOf(layer)),
    take: (state, layer) => mergeBlock(state, layer.taken, degreeOf(layer), options, encoder),
  });
}

function mergeBlock(
  state: BlockState,
  r: number,
  degree: InformationDegreeOptions,
  options: BipartiteMergingOptions,
  encoder: EncoderShape,
): ReducedBlock {
  const unit = unitRows(options.metric === 'keys' ? keyMetric(state.keys, state.heads) : state.hidden);
  const semantic = usesSemanticValue(degree) ? semanticValue(state, unit, options, encoder.classToken) : null;
  const partition = alternating(state.hidden.shape[1] as number);
  if (encoder.formulation === 'matrix' && suitsMatrices(degree))
    return mergeByMatrices(state, unit, semantic, degree, { ...encoder, partition, r });
  const { matching } = matchByInformation(unit, semantic, degree, { ...encoder, partition, r });
  return applyMatching(matching, state, semantic, unit);
}

/**
 * Redundancy and semantic value of a block's tokens to a decision.
 *
 * @param unit [batch, N, d], rows of unit length
 * @param semantic [batch, N], null where the information degree does not use it
 */
export function matchByInformation(
  unit: Tensor,
  semantic: Tensor | null,
  degree: InformationDegreeOptions,
  options: MatchingOptions,
): { readonly matching: Matching; readonly scores: SourceScores } {
  const { partition, classToken, distillationToken } = options;
  const best = bestDestinations(unit, partition, distillationToken);
  const redundancy = classToken
    ? g.slice(best.redundancy, { starts: [1], ends: [partition.sources.length], axes: [1] })
    : best.redundancy;
  const mergeable = g.integers(partition.sources.slice(Number(classToken)));
  const ofSources = semantic === null ? null : g.gather(semantic, mergeable, { axis: 1 });
  const scores = informationDegree(redundancy, ofSources, degree);
  return { matching: matchTokens(scores, best.destination, options), scores };
}

/**
 * Merges the block's tokens as `matching` says.
 *
 * @param unit [batch, N, d], rows of unit length that the method compares; by default those of the keys
 */
export function applyMatching(
  matching: Matching,
  state: BlockState,
  semantic: Tensor | null,
  unit?: Tensor,
): ReducedBlock {
  const { hidden, sizes } = mergeTokens(matching, state.hidden, state.sizes);
  return {
    hidden,
    sizes,
    sourceToOutput: () => sourceToOutput(matching),
    semantic: semantic === null ? null : () => semantic,
    decision: mergedPairs(matching, () => unit ?? unitRows(keyMetric(state.keys, state.heads))),
  };
}

function mergedPairs({ partition, merged, destination }: Matching, unit: () => Tensor): MergedPairs {
  const sources = (): Tensor => g.gather(g.integers(partition.sources), merged);
  const destinations = (): Tensor => g.gather(g.integers(partition.destinations), destination);
  return {
    source: sources,
    destination: destinations,
    redundancy: () => pairRedundancy(unit(), sources(), destinations()),
  };
}

/**
 * S of every token of a block, [batch, N].
 *
 * @param unit rows of unit length for the neighbourhood, [batch, N, d]
 */
export function semanticValue(
  state: BlockState,
  unit: Tensor,
  options: Pick<BipartiteMergingOptions, 'neighbourhood' | 'proportionalAttention'>,
  classToken: boolean,
): Tensor {
  const logSize = options.proportionalAttention && state.sizes !== null ? g.log(state.sizes) : null;
  const semantic = classToken
    ? classAttention(state.queries, state.keys, state.heads, logSize)
    : receivedAttention(state.attentionWeights!);
  return options.neighbourhood === 0 ? semantic : neighbourhoodMean(semantic, unit, options.neighbourhood);
}

/**
 * The method of this project for diffusion networks: what of a picture is merged in which block.
 *
 * Source: Turbo (arXiv 2312.07408; supplement, section 1.2). With α = 0 it is tomesd (arXiv 2303.17604).
 */
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type Combine, informationDegree, usesSemanticValue } from '../information-degree.js';
import { matchTokens } from '../matching.js';
import type { Partition } from '../partition.js';
import { keyMetric, mostRedundant, unitRows } from '../redundancy.js';
import {
  type BlockPlan,
  type DiffusionBlockState,
  type DiffusionReducer,
  type MergeDecision,
  nothingMerged,
} from './block-plan.js';
import { gridMerging } from './grid-merging.js';
import { matrixMerging } from './matrix-merging.js';
import {
  constantPartition,
  type GridPartition,
  type PartitionTensors,
  partitionFeeds,
  partitionInputs,
  partitionOf,
  type TokenGrid,
} from './partition.js';
import { contentAttention, type SemanticEstimator, sampledQueries } from './semantic-estimators.js';

export interface DiffusionMergingOptions {
  /** Share of a block's tokens that are merged. */
  readonly ratio: number;
  /** Times by which a block may be smaller than the latents and still merge: 1 for the top level alone. */
  readonly maxDownsample: number;
  /** Levels that merge, 0 the top one, in place of `maxDownsample`. */
  readonly levels?: readonly number[] | undefined;
  readonly strideX: number;
  readonly strideY: number;
  readonly partition: GridPartition;
  readonly seed: number;
  readonly mergeAttention: boolean;
  readonly mergeCrossAttention: boolean;
  readonly mergeMlp: boolean;
  readonly metric: 'hidden-states' | 'keys';
  readonly semantic: SemanticEstimator;
  /** Every how manieth token is a query of `sampled-queries`; by default what `defaultQueryStride` says. */
  readonly queryStride?: number | undefined;
  readonly combine: Combine;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly proportionalAttention: boolean;
}

/** How the graph is built; its result does not depend on it. */
export interface DiffusionMergingBuild {
  /** Tokens of the text. */
  readonly textLength: number;
  /** S comes from an earlier run, through inputs `semantic.<merging block>` [batch, N]. */
  readonly semanticGiven?: boolean;
  /** Sorting suits a CPU, 0/1 matrices a GPU. */
  readonly formulation?: 'sorting' | 'matrix';
}

/** The partition of one grid of tokens, shared by the blocks that have it. */
interface PlannedPartition {
  readonly tokens: TokenGrid;
  readonly partition: Partition;
  readonly places: PartitionTensors;
}

/** How many times smaller a block's grid is than the latents, as tomesd counts it. */
export function downsampleOf({ latentTokens, rows, columns }: DiffusionBlockState): number {
  return Math.ceil(Math.sqrt(Math.floor(latentTokens / (rows * columns))));
}

function isMerging(
  downsample: number,
  { levels, maxDownsample }: Pick<DiffusionMergingOptions, 'levels' | 'maxDownsample'>,
): boolean {
  if (levels === undefined) return downsample <= maxDownsample;
  return levels.includes(Math.round(Math.log2(downsample)));
}

/**
 * A reducer for one building of one network: it counts the blocks that merge, and remembers what they decide.
 */
export function diffusionMerging(
  options: DiffusionMergingOptions,
  { semanticGiven = false, formulation = 'sorting', textLength }: DiffusionMergingBuild,
): DiffusionReducer {
  const drawsEveryStep = options.partition === 'random-every-step';
  const inputs = new Map<string, Tensor>();
  const decisions: MergeDecision[] = [];
  const semanticByLevel = new Map<number, Tensor>();
  const inputNamed = (name: string, shape: Tensor['shape']): Tensor => {
    const made = inputs.get(name) ?? g.input(name, 'float32', shape);
    inputs.set(name, made);
    return made;
  };

  const semanticOf = (state: DiffusionBlockState, mergingBlock: number): Tensor | null => {
    const [batch, tokens] = state.hidden.shape;
    if (semanticGiven) return inputNamed(`semantic.${mergingBlock}`, [batch!, tokens!]);
    switch (options.semantic) {
      case 'none':
        return null;
      case 'cross-attention':
        return contentAttention(state, inputNamed('prompt_content', [batch!, textLength]));
      case 'previous-block': {
        const found = semanticByLevel.get(tokens as number) ?? sampledQueries(state, options.queryStride);
        semanticByLevel.set(tokens as number, found);
        return found;
      }
      case 'sampled-queries':
      case 'previous-step':
        return sampledQueries(state, options.queryStride);
    }
  };

  const partitions = new Map<string, PlannedPartition>();
  const partitionFor = ({ rows, columns }: DiffusionBlockState) => {
    const key = `${rows}x${columns}`;
    const found = partitions.get(key);
    if (found !== undefined) return found;
    const tokens = { rows, columns, strideX: options.strideX, strideY: options.strideY };
    const partition = partitionOf(options.partition, tokens, options.seed);
    const places = drawsEveryStep ? partitionInputs(partition, tokens) : constantPartition(partition);
    const planned = { tokens, partition, places };
    partitions.set(key, planned);
    return planned;
  };

  return {
    inputs: () => [
      ...inputs.values(),
      ...(drawsEveryStep ? [...partitions.values()].flatMap(({ places }) => Object.values(places)) : []),
    ],
    feedsAt: (step) =>
      Object.assign(
        {},
        ...(drawsEveryStep
          ? [...partitions.values()].map(({ tokens }) => partitionFeeds(tokens, options.seed, step))
          : []),
      ),
    decisions: () => decisions,
    plan(state): BlockPlan {
      if (!isMerging(downsampleOf(state), options)) return nothingMerged;
      const { partition, places } = partitionFor(state);
      const r = Math.min(partition.sources.length, Math.trunc(partition.tokenCount * options.ratio));
      if (r === 0) return nothingMerged;
      const mergingBlock = decisions.length;
      const degree = {
        combine: options.combine,
        alpha: options.alpha,
        layerFactor: options.beta ** Math.abs(options.gamma - mergingBlock),
      };
      const semantic = usesSemanticValue(degree) ? semanticOf(state, mergingBlock) : null;
      const unit = unitRows(
        options.metric === 'keys' ? keyMetric(state.selfAttention.keys(), state.heads) : state.hidden,
      );
      const pick = (x: Tensor, positions: Tensor): Tensor => g.gather(x, positions, { axis: 1 });
      const best = mostRedundant(pick(unit, places.sources), pick(unit, places.destinations));
      const ofSources = semantic === null ? null : pick(semantic, places.sources);
      const scores = informationDegree(best.redundancy, ofSources, degree);
      const matching = matchTokens(scores, best.destination, {
        ...{ partition, r },
        classToken: false,
        distillationToken: false,
      });
      const proportional = options.proportionalAttention;
      const merging =
        formulation === 'matrix'
          ? matrixMerging(scores, best.destination, { partition, places, r, proportional })
          : gridMerging(matching, places, state.hidden, proportional);
      decisions.push({
        block: state.block,
        tokens: partition.tokenCount,
        merged: r,
        source: () => g.gather(places.sources, matching.merged),
        destination: () => g.gather(places.destinations, matching.destination),
        semantic,
      });
      return {
        selfAttention: options.mergeAttention ? merging : null,
        crossAttention: options.mergeCrossAttention ? merging : null,
        mlp: options.mergeMlp ? merging : null,
      };
    },
  };
}

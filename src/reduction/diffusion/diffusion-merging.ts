/**
 * The method of this project for diffusion networks: what of a picture is merged in which block.
 *
 * Source: Turbo (arXiv 2312.07408; supplement, section 1.2). With α = 0 it is tomesd (arXiv 2303.17604).
 */
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type Combine, informationDegree, usesSemanticValue } from '../information-degree.js';
import type { Partition } from '../partition.js';
import { keyMetric, mostRedundant, unitRows } from '../redundancy.js';
import {
  type BlockPlan,
  type BlockSemantic,
  type DiffusionBlockState,
  type DiffusionReducer,
  type MergeDecision,
  nothingMerged,
} from './block-plan.js';
import { gridMerging } from './grid-merging.js';
import { matrixMerging } from './matrix-merging.js';
import { isAsked, type MergingBlocks, tokensMerged } from './merging-blocks.js';
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

export interface DiffusionMergingOptions extends MergingBlocks {
  /** Share of a block's tokens that are merged. */
  readonly ratio: number;
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
  /** S comes from an earlier run, through inputs `semantic.<asked block>` [batch, N]. */
  readonly semanticGiven?: boolean;
  /** The largest share of the runs that get their S from this one: blocks that merge there have it computed, even if they merge nothing here. */
  readonly semanticFor?: number | undefined;
  /** Sorting suits a CPU, 0/1 matrices a GPU. */
  readonly formulation?: 'sorting' | 'matrix';
}

/** The partition of one grid of tokens, shared by the blocks that have it. */
interface PlannedPartition {
  readonly tokens: TokenGrid;
  readonly partition: Partition;
  /** Made when a block merges by it. */
  places?: PartitionTensors;
}

/**
 * A reducer for one building of one network: it counts the blocks in which merging is asked for, and remembers what they decide.
 */
export function diffusionMerging(
  options: DiffusionMergingOptions,
  { semanticGiven = false, semanticFor, formulation = 'sorting', textLength }: DiffusionMergingBuild,
): DiffusionReducer {
  const drawsEveryStep = options.partition === 'random-every-step';
  const inputs = new Map<string, Tensor>();
  const decisions: MergeDecision[] = [];
  const semantics: BlockSemantic[] = [];
  const semanticByLevel = new Map<number, Tensor>();
  const partitions = new Map<string, PlannedPartition>();
  const withoutCells = new Set<TokenGrid>();
  let askedBlocks = 0;
  const inputNamed = (name: string, shape: Tensor['shape']): Tensor => {
    const made = inputs.get(name) ?? g.input(name, 'float32', shape);
    inputs.set(name, made);
    return made;
  };

  const semanticOf = (state: DiffusionBlockState, askedBlock: number): Tensor | null => {
    const [batch, tokens] = state.hidden.shape;
    if (semanticGiven) return inputNamed(`semantic.${askedBlock}`, [batch!, tokens!]);
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

  const partitionFor = ({ rows, columns }: DiffusionBlockState): PlannedPartition => {
    const key = `${rows}x${columns}`;
    const tokens = { rows, columns, strideX: options.strideX, strideY: options.strideY };
    const planned = partitions.get(key) ?? {
      tokens,
      partition: partitionOf(options.partition, tokens, options.seed),
    };
    partitions.set(key, planned);
    return planned;
  };
  const placesOf = (planned: PlannedPartition): PartitionTensors => {
    planned.places ??= drawsEveryStep
      ? partitionInputs(planned.partition, planned.tokens)
      : constantPartition(planned.partition);
    return planned.places;
  };
  const drawn = (): PlannedPartition[] =>
    drawsEveryStep ? [...partitions.values()].filter(({ places }) => places !== undefined) : [];

  return {
    inputs: () => [...inputs.values(), ...drawn().flatMap(({ places }) => Object.values(places!))],
    feedsAt: (step) =>
      Object.assign({}, ...drawn().map(({ tokens }) => partitionFeeds(tokens, options.seed, step))),
    decisions: () => decisions,
    semantics: () => semantics,
    withoutCells: () => [...withoutCells],
    plan(state): BlockPlan {
      if (!isAsked(state, options)) return nothingMerged;
      const askedBlock = askedBlocks++;
      const planned = partitionFor(state);
      const { partition, tokens } = planned;
      if (options.partition !== 'alternating' && partition.destinations.length === 0)
        withoutCells.add(tokens);
      const r = tokensMerged(partition, options.partition, options.ratio);
      if (Math.max(r, tokensMerged(partition, options.partition, semanticFor ?? 0)) === 0)
        return nothingMerged;
      const degree = {
        combine: options.combine,
        alpha: options.alpha,
        layerFactor: options.beta ** Math.abs(options.gamma - askedBlock),
      };
      const semantic = usesSemanticValue(degree) ? semanticOf(state, askedBlock) : null;
      if (semantic !== null) semantics.push({ askedBlock, semantic });
      if (r === 0) return nothingMerged;
      const places = placesOf(planned);
      const unit = unitRows(
        options.metric === 'keys' ? keyMetric(state.selfAttention.keys(), state.heads) : state.hidden,
      );
      const pick = (x: Tensor, positions: Tensor): Tensor => g.gather(x, positions, { axis: 1 });
      const best = mostRedundant(pick(unit, places.sources), pick(unit, places.destinations));
      const ofSources = semantic === null ? null : pick(semantic, places.sources);
      const scores = informationDegree(best.redundancy, ofSources, degree);
      const merge = formulation === 'matrix' ? matrixMerging : gridMerging;
      const merging = merge(scores, best.destination, {
        ...{ partition, places, r, like: state.hidden, proportional: options.proportionalAttention },
      });
      decisions.push({
        ...{ block: state.block, askedBlock, tokens: partition.tokenCount, merged: r, semantic },
        ...{ source: merging.source, destination: merging.destination },
      });
      return {
        selfAttention: options.mergeAttention ? merging : null,
        crossAttention: options.mergeCrossAttention ? merging : null,
        mlp: options.mergeMlp ? merging : null,
      };
    },
  };
}

/**
 * What a transformer block of a diffusion network and a method of merging know of each other.
 *
 * The block hands its state over before it computes anything, and gets a plan: how each of its three parts merges its
 * tokens before it runs and restores them after. Between the parts all tokens are there. Source: tomesd (Bolya and
 * Hoffman, CVPR workshop 2023); Turbo (arXiv 2312.07408), supplement, section 1.2.
 */
import type { Tensor } from '../../graph/tensor.js';
import type { TokenGrid } from './partition.js';

/** A transformer block before its first norm. */
export interface DiffusionBlockState {
  /** Counts the transformer blocks of one forward pass, from 0. */
  readonly block: number;
  /** Downsamplings of the network between its input and this block; 0 is the finest level. */
  readonly level: number;
  /** [batch, N, C], the block's input; N = rows · columns, row by row. */
  readonly hidden: Tensor;
  readonly rows: number;
  readonly columns: number;
  /** Tokens of the network's input, height · width of the latents. */
  readonly latentTokens: number;
  readonly heads: number;
  readonly selfAttention: AttentionView;
  /** Attention to the text, as if no self-attention came before it. */
  readonly crossAttention: AttentionView;
}

/** An attention of the block on its unmerged input, as far as a semantic value looks at it. Nothing is computed that is not asked for. */
export interface AttentionView {
  /** Makes [batch, N, C]: the block's input behind the norm of this attention. */
  normed(): Tensor;
  /** Some of these tokens, [batch, n, C], as queries [batch, n, C], heads side by side, not scaled. */
  queries(tokens: Tensor): Tensor;
  /** Makes [batch, M, C]: the keys of all that is attended to. */
  keys(): Tensor;
}

/** Fewer tokens around one part of a block. */
export interface PartMerging {
  /** [batch, N, C] → [batch, N', C]. */
  merge(x: Tensor): Tensor;
  /** [batch, N', C] → [batch, N, C], every token back at its place. */
  restore(y: Tensor): Tensor;
  /** [batch, N', 1] where self-attention adds log(size) of the key to its logits; otherwise null. */
  readonly sizes: Tensor | null;
}

/** What each part of a block does with its tokens; null leaves a part as it is. */
export interface BlockPlan {
  readonly selfAttention: PartMerging | null;
  readonly crossAttention: PartMerging | null;
  readonly mlp: PartMerging | null;
}

/** A merging with what it decided. */
export interface DecidedMerging extends PartMerging {
  /** Makes [batch, r] int64: positions that were merged, by descending score. */
  source(): Tensor;
  /** Makes [batch, r] int64: where each of them went. */
  destination(): Tensor;
}

/** What was decided in one block that merges. */
export interface MergeDecision extends Pick<DecidedMerging, 'source' | 'destination'> {
  /** Counts all transformer blocks of the network. */
  readonly block: number;
  /** Counts the blocks in which merging is asked for, whether or not the share leaves them a token to merge: the same at every share. */
  readonly askedBlock: number;
  readonly tokens: number;
  readonly merged: number;
  /** [batch, N]; null where the method did not look at it. */
  readonly semantic: Tensor | null;
}

/** The semantic value of one block, [batch, N]; also of a block that merges in a later run only. */
export interface BlockSemantic {
  readonly askedBlock: number;
  readonly semantic: Tensor;
}

/** A method with its parameters, for one building of one network: it counts the blocks in which merging is asked for. */
export interface DiffusionReducer {
  /** Called once for every transformer block, in their order. */
  plan(state: DiffusionBlockState): BlockPlan;
  /** What the network must be told at every run beside its own inputs; complete when all blocks are planned. */
  inputs(): readonly Tensor[];
  /** Of these inputs the ones that follow from the denoising step alone, int64 values by name. */
  feedsAt(step: number): Readonly<Record<string, readonly number[]>>;
  /** One entry per block that merges; complete when all blocks are planned. */
  decisions(): readonly MergeDecision[];
  /** Of every block that has one; complete when all blocks are planned. */
  semantics(): readonly BlockSemantic[];
  /** Grids of blocks that should merge and cannot, since no cell fits into them. */
  withoutCells(): readonly TokenGrid[];
}

/** The plan of a block that keeps all of its tokens everywhere. */
export const nothingMerged: BlockPlan = { selfAttention: null, crossAttention: null, mlp: null };

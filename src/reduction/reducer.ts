/**
 * What a model and a reduction method know of each other: a block hands its state over, and gets fewer tokens back.
 */
import type { Tensor } from '../graph/tensor.js';
import type { LayerPlan } from './merging-plan.js';

/** The encoder that tokens are taken from. */
export interface EncoderShape {
  readonly layerCount: number;
  /** Tokens that the first block sees, class and distillation token included. */
  readonly tokenCount: number;
  /** The class token is at position 0 and is never given up. */
  readonly classToken: boolean;
  /** The distillation token follows the class token; it is not given up, and nothing is merged into it. */
  readonly distillationToken: boolean;
  readonly width: number;
  readonly heads: number;
  /** How merging is written: by sorting for a CPU, which is the default, or by 0/1 matrices for a GPU. The result does not depend on it. */
  readonly formulation?: Formulation;
}
export type Formulation = 'sorting' | 'matrix';

/** A block between its attention and its MLP. */
export interface BlockState {
  /** Counts all blocks, from 0. */
  readonly layer: number;
  /** [batch, N, C], after the attention residual. */
  readonly hidden: Tensor;
  /** [batch, N, C], heads side by side, not yet scaled. */
  readonly queries: Tensor;
  /** [batch, N, C], heads side by side. */
  readonly keys: Tensor;
  readonly heads: number;
  /** [batch, N, 1] float32: patches that each token stands for. Null while all are 1. */
  readonly sizes: Tensor | null;
  /** [batch, heads, N, N], the softmax rows that this block used, where it materialised them. */
  readonly attentionWeights: Tensor | null;
}

/** What the block goes on with. */
export interface ReducedBlock {
  /** [batch, N', C]. */
  readonly hidden: Tensor;
  /** [batch, N', 1], null while all are 1. */
  readonly sizes: Tensor | null;
  /** Makes [batch, N] int64: the row in which each token ended. Null when nothing was taken or tokens were dropped. */
  readonly sourceToOutput: (() => Tensor) | null;
  /** Makes [batch, N]: the semantic value before the reduction. Null when the method does not look at it. */
  readonly semantic: (() => Tensor) | null;
  /** What was decided, for traces. Left out when nothing was taken, or by a method that does not say. */
  readonly decision?: MergedPairs | KeptTokens;
}

/** Tokens that were merged. Positions count within the block's tokens before the reduction. */
export interface MergedPairs {
  /** Makes [batch, r] int64: the tokens that were given up. */
  source(): Tensor;
  /** Makes [batch, r] int64: where each of them went. */
  destination(): Tensor;
  /** Makes [batch, r]: how alike the two are, as the cosine of what the method compares (the keys, where it compares nothing). */
  redundancy(): Tensor;
}

/** Tokens that were left when the others were dropped. */
export interface KeptTokens {
  /** Makes [batch, N'] int64: their positions before the reduction, in the order of their rows after it. */
  kept(): Tensor;
}

/** A method with its parameters, laid out for one encoder. */
export interface Reducer {
  /** What the method must be told at every run, beside the image. */
  readonly inputs?: readonly Tensor[];
  /** Whether the block adds log(size) of the key to its attention logits. */
  readonly proportionalAttention: boolean;
  /** Whether pooling at the end weighs tokens by size. */
  readonly sizeWeightedPooling: boolean;
  /** Whether the sizes of an image's tokens always add up to the first block's token count. */
  readonly conservesTokenMass: boolean;
  /** One entry per block. */
  readonly plan: readonly LayerPlan[];
  /** True when the block must materialise its attention weights for `reduce`. */
  needsAttentionWeights(layer: number): boolean;
  /** The identity where the plan takes nothing. */
  reduce(state: BlockState): ReducedBlock;
}

/** What `reduce` returns when a block keeps all of its tokens. */
export function unchanged(state: BlockState): ReducedBlock {
  return { hidden: state.hidden, sizes: state.sizes, sourceToOutput: null, semantic: null };
}

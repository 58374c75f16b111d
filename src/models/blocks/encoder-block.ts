/** A pre-norm transformer block, with the place where tokens are given up: after the attention residual, before the MLP. */
import { add, mul, slice, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type BlockState, type ReducedBlock, type Reducer, unchanged } from '../../reduction/reducer.js';
import { attend, type SizeBias } from './attention.js';
import { type Linear, project } from './linear.js';
import { type Norm, normalize } from './normalization.js';

/** The parameters of one block, whatever a checkpoint calls them. */
export interface EncoderBlock {
  readonly attentionNorm: Norm;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  /** [C] layer scale of the attention branch, where there is one. */
  readonly attentionScale: Tensor | null;
  readonly mlpNorm: Norm;
  /** [batch, N, C] → [batch, N, C]. */
  readonly mlp: (x: Tensor) => Tensor;
  /** [C] layer scale of the MLP branch, where there is one. */
  readonly mlpScale: Tensor | null;
}

export interface BlockContext {
  /** Counts from 0. */
  readonly layer: number;
  readonly heads: number;

  /** [batch, N, 1] or null while all are 1. */
  readonly sizes: Tensor | null;
  /** [batch or 1, 1, N, N] or null. */
  readonly mask: Tensor | null;
  readonly reducer: Reducer | null;
  readonly sizeBias: SizeBias;
  /** Compute only the first rows, which no reduction touches; null for all. */
  readonly leadingRows: number | null;
}

/**
 * hidden + attention, then the reduction, then hidden + MLP.
 *
 * @param hidden [batch, N, C]
 * @returns hidden [batch, N', C] after the MLP, what the reduction was given, and what it returned
 */
export function encoderBlock(
  hidden: Tensor,
  block: EncoderBlock,
  context: BlockContext,
): { hidden: Tensor; state: BlockState; reduced: ReducedBlock } {
  const { layer, heads, sizes, mask, sizeBias, leadingRows } = context;
  const reducer = leadingRows === null ? context.reducer : null;
  const countsBySize = context.reducer?.proportionalAttention ?? false;
  const leading = (x: Tensor): Tensor =>
    leadingRows === null ? x : slice(x, { starts: [0], ends: [leadingRows], axes: [1] });
  const scope = `block ${layer}`;
  const state = withScope(`${scope} / attention`, () => {
    const normed = normalize(hidden, block.attentionNorm);
    const queries = project(leading(normed), block.query);
    const keys = project(normed, block.key);
    const { context: attended, weights } = attend({
      queries,
      keys,
      values: project(normed, block.value),
      heads,
      sizes: countsBySize ? sizes : null,
      mask,
      materialize: reducer?.needsAttentionWeights(layer) ?? false,
      sizeBias,
    });
    const update = project(attended, block.output);
    return {
      layer,
      hidden: add(leading(hidden), scaled(update, block.attentionScale)),
      queries,
      keys,
      heads,
      sizes,
      attentionWeights: weights,
    };
  });
  const reduced = withScope(`${scope} / reduction`, () => reducer?.reduce(state) ?? unchanged(state));
  return withScope(`${scope} / mlp`, () => {
    const update = block.mlp(normalize(reduced.hidden, block.mlpNorm));
    return { hidden: add(reduced.hidden, scaled(update, block.mlpScale)), state, reduced };
  });
}

function scaled(update: Tensor, scale: Tensor | null): Tensor {
  return scale === null ? update : mul(update, scale);
}

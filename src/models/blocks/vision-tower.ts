/** The blocks of a vision encoder one after another, sizes and traces carried along. */
import { BATCH, constant, expand, range, reshape, slice, squeeze } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { BlockState, ReducedBlock, Reducer } from '../../reduction/reducer.js';
import { tracedSemanticValue } from '../../reduction/semantic-value.js';
import type { SizeBias } from './attention.js';
import { type EncoderBlock, encoderBlock } from './encoder-block.js';

/**
 * What is told of every block besides: with true `block.<i>.hidden`, `.size`, `.sourceToOutput` and, where the method looks at it, `.semantic`;
 * with `decisions` also `.semantic` of every block, and of a block that gives tokens up `.source`, `.destination` and `.redundancy` [batch, r], or
 * `.kept` [batch, N'].
 */
export type Trace = boolean | 'decisions';

export interface TowerOptions {
  readonly layerCount: number;
  readonly heads: number;
  readonly reducer: Reducer;
  readonly sizeBias: SizeBias;
  readonly trace: Trace;
  readonly classToken: boolean;
  /** Rows that are read after the last block, which then computes no others and takes no tokens; null for all. */
  readonly leadingRows: number | null;
}

export interface TowerResult {
  /** [batch, N', C] after the last block, before any final norm. */
  readonly hidden: Tensor;
  /** [batch, N', 1], null while all are 1. */
  readonly sizes: Tensor | null;
  /** Patches that each token stands for, [batch, N']; where the last block computes leading rows only, of the tokens that it reads. */
  readonly tokenSizes: () => Tensor;
  /** Empty unless a trace was asked for. */
  readonly trace: Readonly<Record<string, Tensor>>;
}

/**
 * @param tokens [batch, N, C], what the first block sees
 * @param blockAt the parameters of one block, counted from 0
 */
export function runBlocks(
  tokens: Tensor,
  blockAt: (layer: number) => EncoderBlock,
  options: TowerOptions,
): TowerResult {
  const { layerCount, heads, reducer, sizeBias, trace, leadingRows } = options;
  let hidden = tokens;
  let counted = tokens;
  let sizes: Tensor | null = null;
  const traced: Record<string, Tensor> = {};
  for (let layer = 0; layer < layerCount; layer++) {
    const before = hidden;
    const result = encoderBlock(hidden, blockAt(layer), {
      layer,
      heads,
      sizes,
      mask: null,
      reducer,
      sizeBias,
      leadingRows: layer === layerCount - 1 ? leadingRows : null,
    });
    hidden = result.hidden;
    if (layer < layerCount - 1 || leadingRows === null) counted = hidden;
    sizes = result.reduced.sizes;
    if (!trace) continue;
    const { sourceToOutput, semantic } = result.reduced;
    traced[`block.${layer}.hidden`] = hidden;
    traced[`block.${layer}.size`] = tokenSizes(hidden, sizes);
    if (sourceToOutput !== null) traced[`block.${layer}.sourceToOutput`] = sourceToOutput();
    else if (hidden.shape[1] === before.shape[1])
      traced[`block.${layer}.sourceToOutput`] = identityRows(before.shape[1] as number);
    if (semantic !== null) traced[`block.${layer}.semantic`] = semantic();
    if (trace !== 'decisions') continue;
    const decided = decisionsOf(result, options);
    for (const [name, tensor] of Object.entries(decided)) traced[`block.${layer}.${name}`] = tensor;
  }
  return { hidden, sizes, tokenSizes: () => tokenSizes(counted, sizes), trace: traced };
}

/** What a block decided, and the semantic value of its tokens also where the method did without. */
function decisionsOf(
  { state, reduced }: { readonly state: BlockState; readonly reduced: ReducedBlock },
  { classToken, reducer }: TowerOptions,
): Record<string, Tensor> {
  const made = Object.entries(reduced.decision ?? {}).map(([name, make]) => [name, make()] as const);
  const proportional = reducer.proportionalAttention;
  return {
    ...Object.fromEntries(made),
    ...(reduced.semantic === null
      ? { semantic: tracedSemanticValue(state, { classToken, proportional }) }
      : {}),
  };
}

/** Patches that each token stands for, [batch, N]. */
function tokenSizes(hidden: Tensor, sizes: Tensor | null): Tensor {
  if (sizes !== null) return squeeze(sizes, [2]);
  const count = hidden.shape[1] as number;
  return expand(constant(new Float32Array(count).fill(1), [1, count]), [BATCH, count]);
}

/** Every token stays in its row: [batch, N] int64. */
function identityRows(count: number): Tensor {
  return expand(reshape(range(0, count), [1, count]), [BATCH, count]);
}

/** Row `position` of every image: [batch, N, C] → [batch, C]. */
export function tokenAt(hidden: Tensor, position: number): Tensor {
  const row = slice(hidden, { starts: [position], ends: [position + 1], axes: [1] });
  return squeeze(row, [1]);
}

/**
 * Which transformer blocks of a diffusion network merge, and how many tokens each.
 *
 * Source: tomesd (arXiv 2303.17604) for `maxDownsample` and the share; levels are counted in the network's own downsamplings.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { clipToTokens } from '../merging-plan.js';
import type { Partition } from '../partition.js';
import type { DiffusionBlockState, DiffusionReducer } from './block-plan.js';
import type { GridPartition } from './partition.js';

export interface MergingBlocks {
  /** Times by which a block may be smaller than the latents and still merge: 1 for the top level alone. */
  readonly maxDownsample: number;
  /** Levels that merge, 0 the top one, in place of `maxDownsample`. */
  readonly levels?: readonly number[] | undefined;
}

/** Whether merging is asked for in a block, whatever the share. */
export function isAsked(
  state: Pick<DiffusionBlockState, 'level' | 'latentTokens' | 'rows' | 'columns'>,
  { levels, maxDownsample }: MergingBlocks,
): boolean {
  return levels === undefined ? downsampleOf(state) <= maxDownsample : levels.includes(state.level);
}

/** How many times smaller a block's grid is than the latents, as tomesd counts it. */
function downsampleOf({
  latentTokens,
  rows,
  columns,
}: Pick<DiffusionBlockState, 'latentTokens' | 'rows' | 'columns'>): number {
  return Math.ceil(Math.sqrt(Math.floor(latentTokens / (rows * columns))));
}

/** The share in tokens, clipped to what the partition can give: half of an alternating one, all sources of a grid, none without a destination. */
export function tokensMerged(
  { tokenCount, sources, destinations }: Partition,
  kind: GridPartition,
  ratio: number,
): number {
  if (destinations.length === 0) return 0;
  const share = Math.trunc(tokenCount * ratio);
  return kind === 'alternating' ? clipToTokens(share, tokenCount, 0) : Math.min(share, sources.length);
}

/** @throws TurboError where no block merges because none has a complete cell */
export function refuseGridsWithoutCells(reducer: DiffusionReducer): void {
  const [first] = reducer.withoutCells();
  if (first === undefined || reducer.decisions().length > 0) return;
  throw new TurboError(
    'no block of the network can merge: no complete cell of the partition fits into its tokens',
    {
      value: `strideX ${first.strideX}, strideY ${first.strideY}`,
      allowed: `at most ${first.columns} tokens across and ${first.rows} down, or partition: alternating`,
    },
  );
}

/** What a plan should tell of blocks that should merge and cannot: one sentence per grid. */
export function gridNotes(reducer: DiffusionReducer): string[] {
  return reducer
    .withoutCells()
    .map(
      ({ rows, columns, strideX, strideY }) =>
        `blocks of ${columns} × ${rows} tokens merge nothing: no complete cell of ${strideX} × ${strideY} tokens fits into them`,
    );
}

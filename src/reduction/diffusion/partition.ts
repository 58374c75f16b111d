/**
 * Which tokens of a picture's grid may be merged, and which receive them.
 *
 * Source: tomesd (arXiv 2303.17604, section 4): one destination per `strideY × strideX` cell, at its top left or drawn by
 * lot; `alternating` is ToMe's partition of a sequence. A draw is the same for the whole batch, as in tomesd.
 */
import { z } from 'zod';
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { seededRandom } from '../../random/seeded.js';
import { alternating, grid, type Partition, splitTokens } from '../partition.js';

export const GridPartition = z
  .enum(['top-left', 'random', 'random-every-step', 'alternating'])
  .describe(
    'Which token of a grid cell receives the others: its first one, one drawn once, one drawn anew at every step; alternating: every second token, without a grid.',
  );
export type GridPartition = z.infer<typeof GridPartition>;

/** Tokens across and down, and the cell that they are divided into. */
export interface TokenGrid {
  readonly rows: number;
  readonly columns: number;
  readonly strideY: number;
  readonly strideX: number;
}

/** The partition that stands when the graph is built; of `random-every-step` the one of the first step. */
export function partitionOf(kind: GridPartition, tokens: TokenGrid, seed: number, step = 0): Partition {
  const { rows, columns, strideY, strideX } = tokens;
  if (kind === 'alternating') return alternating(rows * columns);
  if (kind === 'top-left') return grid(rows, columns, strideY, strideX);
  return randomGrid(tokens, seed, kind === 'random' ? 0 : step);
}

/** One destination per complete cell, drawn by lot from seed, grid and step. */
function randomGrid({ rows, columns, strideY, strideX }: TokenGrid, seed: number, step: number): Partition {
  const draw = seededRandom(seed, 'grid partition', rows, columns, strideY, strideX, step);
  const destinations = new Set<number>();
  for (let y = 0; y + strideY <= rows; y += strideY)
    for (let x = 0; x + strideX <= columns; x += strideX)
      destinations.add((y + draw.integer(strideY)) * columns + x + draw.integer(strideX));
  return splitTokens(rows * columns, (position) => destinations.has(position));
}

/** Positions of a partition as tensors: constants, or inputs of the graph where they are drawn at every step. */
export interface PartitionTensors {
  /** [sources] int64, ascending. */
  readonly sources: Tensor;
  /** [destinations] int64, ascending. */
  readonly destinations: Tensor;
  /** [N] int64: of every token its place among the sources, then the destinations. */
  readonly places: Tensor;
}

export function constantPartition(partition: Partition): PartitionTensors {
  return {
    sources: g.integers(partition.sources),
    destinations: g.integers(partition.destinations),
    places: g.integers(placesIn(partition)),
  };
}

/** Inputs by the name of their grid, such as `partition.64x64.sources`. */
export function partitionInputs(partition: Partition, { rows, columns }: TokenGrid): PartitionTensors {
  const named = (part: string, count: number): Tensor =>
    g.input(`partition.${rows}x${columns}.${part}`, 'int64', [count]);
  return {
    sources: named('sources', partition.sources.length),
    destinations: named('destinations', partition.destinations.length),
    places: named('places', partition.tokenCount),
  };
}

/** What {@link partitionInputs} are fed at one step, by name. */
export function partitionFeeds(
  tokens: TokenGrid,
  seed: number,
  step: number,
): Readonly<Record<string, readonly number[]>> {
  const partition = partitionOf('random-every-step', tokens, seed, step);
  const prefix = `partition.${tokens.rows}x${tokens.columns}`;
  return {
    [`${prefix}.sources`]: partition.sources,
    [`${prefix}.destinations`]: partition.destinations,
    [`${prefix}.places`]: placesIn(partition),
  };
}

/** For every token its place in [sources, destinations]. */
function placesIn({ tokenCount, sources, destinations }: Partition): number[] {
  const places = new Array<number>(tokenCount);
  for (const [index, position] of [...sources, ...destinations].entries()) places[position] = index;
  return places;
}

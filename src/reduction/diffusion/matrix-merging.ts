/**
 * Merging and restoring by products with 0/1 matrices: no sort, no scatter, no 64-bit indices, all of which stall a GPU.
 *
 * The rank of a source is counted, `rank_i = Σ_j [s_j > s_i] + Σ_{j<i} [s_j = s_i]`; who goes where, and who stays in which row, follows by
 * comparing with it. Gives what `grid-merging.ts` gives, but for the rounding of sums. On a CPU it is the slower one.
 */
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { SourceScores } from '../information-degree.js';
import { ranksOf } from '../ranks.js';
import type { DecidedMerging } from './block-plan.js';
import type { GridMergingOptions } from './grid-merging.js';

/** @param destination [batch, S] int64, best destination of every source */
export function matrixMerging(
  scores: SourceScores,
  destination: Tensor,
  { partition, places, r, proportional }: GridMergingOptions,
): DecidedMerging {
  const [sourceCount, destinationCount] = [partition.sources.length, partition.destinations.length];
  const left = sourceCount - r;
  const rank = inSourceOrder(ranksOf(scores.score, sourceCount), scores.candidates);
  const merges = g.less(rank, r);
  /** [batch, D, S]: 1 where a source is merged into a destination. */
  const into = g.cast(
    g.and(g.equal(column(destinationCount), g.unsqueeze(destination, [1])), g.unsqueeze(merges, [1])),
    'float32',
  );
  /** [batch, left, S]: 1 where a source that stays comes to stand. */
  const staying = g.cast(
    g.equal(g.add(g.cast(column(left), 'float32'), r), g.unsqueeze(rank, [1])),
    'float32',
  );
  const sizes = g.add(g.reduceSum(into, { axes: [2] }), 1);
  const pick = (x: Tensor, positions: Tensor): Tensor => g.gather(x, positions, { axis: 1 });
  const transposed = (matrix: Tensor): Tensor => g.transpose(matrix, [0, 2, 1]);
  /** [batch or 1, S] int64 → [batch, r] int64 of the merged sources, by rank. */
  const inOrderOfRank = (values: Tensor): Tensor => {
    const merged = g.cast(g.equal(g.cast(column(r), 'float32'), g.unsqueeze(rank, [1])), 'float32');
    return g.cast(g.squeeze(g.matMul(merged, g.unsqueeze(g.cast(values, 'float32'), [2])), [2]), 'int64');
  };
  const rows = (x: Tensor, from: number, to: number): Tensor =>
    g.slice(x, { starts: [from], ends: [to], axes: [1] });
  return {
    merge(x) {
      const sources = pick(x, places.sources);
      const sums = g.add(pick(x, places.destinations), g.matMul(into, sources));
      const received = g.div(sums, sizes);
      return left === 0 ? received : g.concat([g.matMul(staying, sources), received], { axis: 1 });
    },
    restore(y) {
      const received = rows(y, left, left + destinationCount);
      const copies = g.matMul(transposed(into), received);
      const sources = left === 0 ? copies : g.add(copies, g.matMul(transposed(staying), rows(y, 0, left)));
      return pick(g.concat([sources, received], { axis: 1 }), places.places);
    },
    sizes: proportional
      ? left === 0
        ? sizes
        : g.concat([g.reduceSum(staying, { axes: [2] }), sizes], { axis: 1 })
      : null,
    source: () => inOrderOfRank(g.unsqueeze(places.sources, [0])),
    destination: () => inOrderOfRank(g.gather(places.destinations, destination)),
  };
}

/** Ranks by source; where columns stand for other sources, by a product with their permutation. Equal scores have been ranked in the order of the columns before. */
function inSourceOrder(rank: Tensor, candidates: Tensor | null): Tensor {
  if (candidates === null) return rank;
  const permutation = g.cast(
    g.equal(column(rank.shape[1] as number), g.unsqueeze(candidates, [1])),
    'float32',
  );
  return g.squeeze(g.matMul(permutation, g.unsqueeze(rank, [2])), [2]);
}

/** 0, 1, … as [count, 1] int64. */
function column(count: number): Tensor {
  return g.integers(indices(count), [count, 1]);
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

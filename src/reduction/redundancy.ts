/**
 * Mutual redundancy R: how alike two tokens are, as the cosine of their metrics.
 *
 * Sources: Turbo (arXiv 2312.07408, section 3.2); ToMe (arXiv 2210.09461, section 3), whose metric is the mean of the keys over heads.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { flattenTokens, rowOffsets } from './merge.js';
import type { Partition } from './partition.js';

const SMALLEST_NORM = 1e-12;

/** The best destination of every source. */
export interface BestDestination {
  /** [batch, sources]: cosine with the best destination. */
  readonly redundancy: Tensor;
  /** [batch, sources] int64: the index of that destination among the destinations; the lower one of equals. */
  readonly destination: Tensor;
}

/**
 * Sum of the keys over heads; the cosine does not see the difference to the mean.
 *
 * @param keys [batch, N, heads · d]
 * @returns [batch, N, d]
 */
export function keyMetric(keys: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = keys.shape;
  const split = g.reshape(keys, [batch!, tokens!, heads, (width as number) / heads]);
  return g.reduceSum(split, { axes: [2], keepdims: false });
}

/** Rows of `metric` [batch, N, d] scaled to unit length. */
export function unitRows(metric: Tensor): Tensor {
  const norm = g.sqrt(g.reduceSum(g.mul(metric, metric), { axes: [2] }));
  return g.div(metric, g.max(norm, SMALLEST_NORM));
}

/**
 * For each source its most redundant destination.
 *
 * @param unit [batch, N, d], rows of unit length
 * @param shieldFirst nothing may go to the first destination (a distillation token)
 */
export function bestDestinations(unit: Tensor, partition: Partition, shieldFirst = false): BestDestination {
  const receiving = shieldFirst ? partition.destinations.slice(1) : partition.destinations;
  const best = mostRedundant(
    g.gather(unit, g.integers(partition.sources), { axis: 1 }),
    g.gather(unit, g.integers(receiving), { axis: 1 }),
  );
  return shieldFirst ? { ...best, destination: g.add(best.destination, 1) } : best;
}

/** @param sources [batch, S, d] @param destinations [batch, D, d], both of rows of unit length */
export function mostRedundant(sources: Tensor, destinations: Tensor): BestDestination {
  const scores = g.matMul(sources, g.transpose(destinations, [0, 2, 1]));
  return {
    redundancy: g.reduceMax(scores, { axes: [2], keepdims: false }),
    destination: g.argMax(scores, { axis: 2, keepdims: false }),
  };
}

/**
 * The cosine of given pairs.
 *
 * @param unit [batch, N, d], rows of unit length
 * @param first [batch, r] int64 @param second [batch, r] int64, positions among the N
 * @returns [batch, r]
 */
export function pairRedundancy(unit: Tensor, first: Tensor, second: Tensor): Tensor {
  const offset = rowOffsets(unit);
  const rows = flattenTokens(unit);
  const at = (positions: Tensor): Tensor => g.gather(rows, g.add(positions, offset));
  return g.reduceSum(g.mul(at(first), at(second)), { axes: [2], keepdims: false });
}

/** The rank of every score by counting how many come before it: no sort, which stalls a GPU. */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';

/**
 * How many come before each by descending score, the lower index first among equals.
 *
 * @param score [batch, count]
 * @returns [batch, count] float32
 */
export function ranksOf(score: Tensor, count: number): Tensor {
  const [own, others] = [g.unsqueeze(score, [2]), g.unsqueeze(score, [1])];
  const positions = Float32Array.from({ length: count }, (_, at) => at);
  const earlier = g.less(g.constant(positions, [1, count]), g.constant(positions, [count, 1]));
  const before = g.add(
    g.cast(g.greater(others, own), 'float32'),
    g.mul(g.cast(g.equal(others, own), 'float32'), g.cast(earlier, 'float32')),
  );
  return g.reduceSum(before, { axes: [2], keepdims: false });
}

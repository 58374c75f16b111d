/**
 * Where every token went, and the way back.
 *
 * Source: tomesd (arXiv 2303.17604, section 4), `unmerge`: every merged source gets a copy of its destination's value.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { Matching } from './matching.js';
import { flattenTokens, rowOffsets } from './merge.js';

/**
 * The output row in which each input token ended.
 *
 * @returns [batch, N] int64
 */
export function sourceToOutput(matching: Matching): Tensor {
  return g.gather(outputRows(matching), g.integers(placeInPartition(matching)), { axis: 1 });
}

/**
 * The output row of every token in the order of the partition: the sources, then the destinations.
 *
 * @returns [batch, N] int64
 */
export function outputRows(matching: Matching): Tensor {
  const { partition, merged, destination, unmerged, distillationToken } = matching;
  const left = partition.sources.length - matching.r;
  const destinationRow = destinationRows(partition.destinations.length, left, distillationToken);
  const unmergedRow = g.integers(
    Array.from({ length: left }, (_, rank) => (distillationToken && rank > 0 ? rank + 1 : rank)),
  );
  const sourceColumns = g.concat([unmerged, merged], { axis: 1 });
  const sourceRows = g.concat(
    [g.add(g.mul(unmerged, 0), unmergedRow), g.gather(g.integers(destinationRow), destination)],
    { axis: 1 },
  );
  const bySource = g.scatterElements(sourceColumns, sourceColumns, sourceRows, { axis: 1 });
  const firstSource = g.slice(bySource, { starts: [0], ends: [1], axes: [1] });
  const byDestination = g.add(g.mul(firstSource, 0), g.integers(destinationRow));
  return g.concat([bySource, byDestination], { axis: 1 });
}

/**
 * Copies `processed` back to the first positions.
 *
 * @param processed [batch, N − r, C]
 * @param toOutput [batch, N] int64, as `sourceToOutput` makes it
 * @returns [batch, N, C]
 */
export function restoreTokens(processed: Tensor, toOutput: Tensor): Tensor {
  return g.gather(flattenTokens(processed), g.add(toOutput, rowOffsets(processed)));
}

function destinationRows(count: number, left: number, distillationToken: boolean): number[] {
  return Array.from({ length: count }, (_, index) => (distillationToken && index === 0 ? 1 : left + index));
}

/** For every token its place in [sources, destinations]. */
function placeInPartition({ partition }: Matching): number[] {
  const place = new Array<number>(partition.tokenCount);
  for (const [index, position] of [...partition.sources, ...partition.destinations].entries())
    place[position] = index;
  return place;
}

/**
 * Merging: every destination becomes the size-weighted mean of itself and the sources that go to it; sizes add up.
 *
 * Source: ToMe (arXiv 2210.09461, section 3). Formulation: only r rows are multiplied and divided. Sources that share a destination
 * all compute the same row, so that the rows can be written without adding in place; writing with `reduction=add` is racy on
 * several threads in ONNX Runtime when indices repeat.
 */
import { multiplyDimensions } from '../graph/dimension.js';
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { Matching } from './matching.js';

export interface MergedTokens {
  /** [batch, N − r, C]. */
  readonly hidden: Tensor;
  /** [batch, N − r, 1]. */
  readonly sizes: Tensor;
}

/**
 * Output rows: the unmerged sources, then all destinations; a distillation token comes second.
 *
 * @param hidden [batch, N, C]
 * @param sizes [batch, N, 1], null while all are 1
 */
export function mergeTokens(matching: Matching, hidden: Tensor, sizes: Tensor | null): MergedTokens {
  const { partition, merged, destination } = matching;
  const offset = rowOffsets(hidden);
  const sourceRows = g.add(g.gather(g.integers(partition.sources), merged), offset);
  const destinationRows = g.add(g.gather(g.integers(partition.destinations), destination), offset);
  const together = shareDestination(destination);

  const tokenSizes = flattenTokens(sizes ?? ones(partition.tokenCount, offset));
  const sourceSizes = g.gather(tokenSizes, sourceRows);
  const destinationSizes = g.gather(tokenSizes, destinationRows);
  const newSizes = g.add(destinationSizes, g.matMul(together, sourceSizes));

  const tokens = flattenTokens(hidden);
  const sourceTokens = g.gather(tokens, sourceRows);
  const destinationTokens = g.gather(tokens, destinationRows);
  const received = g.matMul(together, sizes === null ? sourceTokens : g.mul(sourceTokens, sourceSizes));
  const own = sizes === null ? destinationTokens : g.mul(destinationTokens, destinationSizes);
  const newTokens = g.div(g.add(own, received), newSizes);

  const kept = keptRows(matching, offset);
  return {
    hidden: g.gather(writeRows(tokens, destinationRows, newTokens), kept),
    sizes: g.gather(writeRows(tokenSizes, destinationRows, newSizes), kept),
  };
}

/** `batch index · N` [batch, 1] int64: where each element begins among the rows of a flattened `[batch · N, C]`. */
export function rowOffsets(hidden: Tensor): Tensor {
  const [batch, tokens] = hidden.shape;
  const count = g.gather(g.shape(hidden), g.constant(BigInt64Array.of(0n), []), { axis: 0 });
  const index = g.range(g.scalar(0, 'int64'), count, g.scalar(1, 'int64'), { count: batch! });
  return g.unsqueeze(g.mul(index, tokens as number), [1]);
}

/** [batch, N, C] → [batch · N, C]. */
export function flattenTokens(x: Tensor): Tensor {
  const [batch, tokens, width] = x.shape;
  return g.reshape(x, [multiplyDimensions(batch!, tokens!)!, width!]);
}

/** [batch, r, r]: 1 where two merged sources go to the same destination. */
function shareDestination(destination: Tensor): Tensor {
  return g.cast(g.equal(g.unsqueeze(destination, [2]), g.unsqueeze(destination, [1])), 'float32');
}

/** [batch, N, 1] of ones. */
function ones(tokenCount: number, offset: Tensor): Tensor {
  const every = g.integers(Array.from({ length: tokenCount }, (_, position) => position));
  return g.unsqueeze(g.cast(g.greaterOrEqual(g.add(every, offset), 0), 'float32'), [2]);
}

/** Rows of `flat` replaced. Repeated indices carry equal rows. */
function writeRows(flat: Tensor, rows: Tensor, values: Tensor): Tensor {
  return g.scatterND(flat, g.unsqueeze(rows, [2]), values);
}

/** Input rows in the order of the output: [batch, N − r] int64. */
function keptRows({ partition, unmerged, distillationToken }: Matching, offset: Tensor): Tensor {
  const sources = g.add(g.gather(g.integers(partition.sources), unmerged), offset);
  const destinations = g.add(g.integers(partition.destinations), offset);
  if (!distillationToken) return g.concat([sources, destinations], { axis: 1 });
  const [classRow, otherSources] = headAndTail(sources);
  const [distillationRow, otherDestinations] = headAndTail(destinations);
  return g.concat([classRow, distillationRow, otherSources, otherDestinations], { axis: 1 });
}

function headAndTail(rows: Tensor): [Tensor, Tensor] {
  const count = rows.shape[1] as number;
  return [
    g.slice(rows, { starts: [0], ends: [1], axes: [1] }),
    g.slice(rows, { starts: [1], ends: [count], axes: [1] }),
  ];
}

/**
 * Matching and merging by products with 0/1 matrices: no sort, no scatter, no 64-bit positions. It suits a GPU, which a sort keeps waiting and whose ONNX Runtime leaves
 * positions to the CPU.
 *
 * The rank of a source is counted, `rank_i = Σ_j [s_j > s_i] + Σ_{j<i} [s_j = s_i]`; who is merged, where to, and who comes to stand in which row follows by
 * comparing. Gives what `matching.ts` and `merge.ts` give, but for the rounding of sums. On a CPU it is the slower one.
 */
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { type InformationDegreeOptions, informationDegree } from './information-degree.js';
import type { MatchingOptions } from './matching.js';
import type { Partition } from './partition.js';
import { ranksOf } from './ranks.js';
import type { BlockState, ReducedBlock } from './reducer.js';
import { pairRedundancy } from './redundancy.js';

/** Whether a score can be had without sorting: `rank-sum` is made of sorted positions. */
export function suitsMatrices({ combine }: Pick<InformationDegreeOptions, 'combine'>): boolean {
  return combine !== 'rank-sum';
}

/**
 * Merges the tokens of a block.
 *
 * @param unit [batch, N, d], rows of unit length
 * @param semantic [batch, N], null where the information degree does not use it
 */
export function mergeByMatrices(
  { hidden, sizes }: Pick<BlockState, 'hidden' | 'sizes'>,
  unit: Tensor,
  semantic: Tensor | null,
  degree: InformationDegreeOptions,
  { partition, r, classToken, distillationToken }: MatchingOptions,
): ReducedBlock {
  const sourceCount = partition.sources.length;
  const left = sourceCount - r;
  const [sourceUnit, destinationUnit] = parts(unit);
  const { redundancy, chosen } = bestByMatrix(sourceUnit, destinationUnit, distillationToken);
  const mergeable = (values: Tensor): Tensor =>
    classToken ? g.slice(values, { starts: [1], ends: [sourceCount], axes: [1] }) : values;
  const ofSources = semantic === null ? null : mergeable(parts(semantic)[0]);
  const { score } = informationDegree(mergeable(redundancy), ofSources, degree);
  const rank = ranksOf(score, sourceCount - Number(classToken));
  const merges = withClassToken(number(g.less(rank, r)), classToken);

  /** [batch, D, S]: 1 where a source is merged into a destination. */
  const into = g.transpose(g.mul(chosen, g.unsqueeze(merges, [2])), [0, 2, 1]);
  /** [batch, left, S]: 1 where a source that stays comes to stand. */
  const staying = classToken
    ? g.mul(
        number(g.equal(placesAmong(g.sub(1, merges), sourceCount), column(left))),
        g.unsqueeze(g.sub(1, merges), [1]),
      )
    : number(g.equal(g.unsqueeze(rank, [1]), column(left, r)));

  const [sources, destinations] = parts(hidden);
  const [sourceSizes, destinationSizes] = sizes === null ? [null, null] : parts(sizes);
  const weighted = (tokens: Tensor, by: Tensor | null): Tensor => (by === null ? tokens : g.mul(tokens, by));
  const received = sourceSizes === null ? g.reduceSum(into, { axes: [2] }) : g.matMul(into, sourceSizes);
  const newSizes = g.add(received, destinationSizes ?? 1);
  const sums = g.add(
    weighted(destinations, destinationSizes),
    g.matMul(into, weighted(sources, sourceSizes)),
  );
  const keptSizes =
    sourceSizes === null ? g.reduceSum(staying, { axes: [2] }) : g.matMul(staying, sourceSizes);
  const inOrder = (kept: Tensor, merged: Tensor): Tensor => joined(kept, merged, distillationToken);
  return {
    hidden: inOrder(g.matMul(staying, sources), g.div(sums, newSizes)),
    sizes: inOrder(keptSizes, newSizes),
    semantic: semantic === null ? null : () => semantic,
    sourceToOutput: () => rowsOfTokens({ into, staying, partition, distillationToken }),
    decision: decisionOf({ rank, chosen, partition, r, classToken, unit }),
  };
}

/** Of the most alike destination of every source: R [batch, S], and [batch, S, D] with a 1 for it, the lower index of equals. */
function bestByMatrix(
  sources: Tensor,
  all: Tensor,
  shieldFirst: boolean,
): { readonly redundancy: Tensor; readonly chosen: Tensor } {
  const count = all.shape[1] as number;
  const receiving = shieldFirst ? g.slice(all, { starts: [1], ends: [count], axes: [1] }) : all;
  const scores = g.matMul(sources, g.transpose(receiving, [0, 2, 1]));
  const best = g.reduceMax(scores, { axes: [2], keepdims: true });
  const earlierFirst = g.constant(
    Float32Array.from({ length: receiving.shape[1] as number }, (_, at) => count - at),
    [1, 1, receiving.shape[1] as number],
  );
  const marks = g.mul(number(g.greaterOrEqual(scores, best)), earlierFirst);
  const chosen = number(g.equal(marks, g.reduceMax(marks, { axes: [2], keepdims: true })));
  const shielded = (): Tensor =>
    g.concat([g.mul(g.slice(chosen, { starts: [0], ends: [1], axes: [2] }), 0), chosen], { axis: 2 });
  return { redundancy: g.squeeze(best, [2]), chosen: shieldFirst ? shielded() : chosen };
}

/** Even and odd positions along axis 1: what the alternating partition calls sources and destinations. */
function parts(x: Tensor): [Tensor, Tensor] {
  const count = x.shape[1] as number;
  const from = (start: number): Tensor =>
    g.slice(x, { starts: [start], ends: [count], axes: [1], steps: [2] });
  return [from(0), from(1)];
}

function withClassToken(merges: Tensor, classToken: boolean): Tensor {
  if (!classToken) return merges;
  const never = g.mul(g.slice(merges, { starts: [0], ends: [1], axes: [1] }), 0);
  return g.concat([never, merges], { axis: 1 });
}

/** [batch, 1, S]: how many of those that stay stand before each source. */
function placesAmong(stays: Tensor, count: number): Tensor {
  const before = g.constant(
    Float32Array.from({ length: count * count }, (_, at) => (Math.floor(at / count) < at % count ? 1 : 0)),
    [count, count],
  );
  return g.matMul(g.unsqueeze(stays, [1]), before);
}

function joined(kept: Tensor, merged: Tensor, distillationToken: boolean): Tensor {
  if (kept.shape[1] === 0) return merged;
  if (!distillationToken) return g.concat([kept, merged], { axis: 1 });
  const head = (x: Tensor): Tensor => g.slice(x, { starts: [0], ends: [1], axes: [1] });
  const tail = (x: Tensor): Tensor => g.slice(x, { starts: [1], ends: [x.shape[1] as number], axes: [1] });
  return g.concat([head(kept), head(merged), tail(kept), tail(merged)], { axis: 1 });
}

interface Matrices {
  readonly into: Tensor;
  readonly staying: Tensor;
  readonly partition: Partition;
  readonly distillationToken: boolean;
}

/** [batch, N] int64, for traces: the row in which every token ended. */
function rowsOfTokens({ into, staying, partition, distillationToken }: Matrices): Tensor {
  const [left, destinations] = [staying.shape[1] as number, into.shape[1] as number];
  const keptRows = numbers([1, left], (rank) => (distillationToken && rank > 0 ? rank + 1 : rank));
  const mergedRows = numbers([1, destinations], (index) =>
    distillationToken && index === 0 ? 1 : left + index,
  );
  const ofMerged = g.matMul(mergedRows, into);
  const rows = left === 0 ? ofMerged : g.add(g.matMul(keptRows, staying), ofMerged);
  const ofSources = g.squeeze(rows, [1]);
  const first = g.slice(ofSources, { starts: [0], ends: [1], axes: [1] });
  const ofDestinations = g.add(g.mul(first, 0), mergedRows);
  const place = new Map([...partition.sources, ...partition.destinations].map((token, at) => [token, at]));
  const order = Array.from({ length: partition.tokenCount }, (_, token) => place.get(token)!);
  return g.cast(
    g.gather(g.concat([ofSources, ofDestinations], { axis: 1 }), g.integers(order), { axis: 1 }),
    'int64',
  );
}

interface Decided {
  readonly rank: Tensor;
  readonly chosen: Tensor;
  readonly partition: Partition;
  readonly r: number;
  readonly classToken: boolean;
  readonly unit: Tensor;
}

/** For traces: the merged sources by descending score, and where they went. */
function decisionOf({ rank, chosen, partition, r, classToken, unit }: Decided): ReducedBlock['decision'] {
  const sources = partition.sources.slice(Number(classToken));
  const picked = (): Tensor => number(g.equal(g.unsqueeze(rank, [1]), column(r)));
  const positions = (values: Tensor): Tensor => g.cast(g.squeeze(g.matMul(picked(), values), [2]), 'int64');
  const source = (): Tensor => positions(numbers([1, sources.length, 1], (at) => sources[at]!));
  const destination = (): Tensor => {
    const count = partition.destinations.length;
    const went = g.matMul(
      chosen,
      numbers([count, 1], (at) => partition.destinations[at]!),
    );
    return positions(
      g.slice(went, { starts: [Number(classToken)], ends: [partition.sources.length], axes: [1] }),
    );
  };
  return { source, destination, redundancy: () => pairRedundancy(unit, source(), destination()) };
}

function number(condition: Tensor): Tensor {
  return g.cast(condition, 'float32');
}

/** As one constant of this shape; a reshape would take a side of 0 for one that is copied. */
function numbers(shape: readonly number[], value: (at: number) => number): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return g.constant(
    Float32Array.from({ length: count }, (_, at) => value(at)),
    shape,
  );
}

/** from, from + 1, … as [1, count, 1]. */
function column(count: number, from = 0): Tensor {
  return numbers([1, count, 1], (at) => from + at);
}

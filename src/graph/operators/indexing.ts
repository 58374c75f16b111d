/**
 * Taking elements by position.
 */
import { type Dimension, sameDimension } from '../dimension.js';
import { requireElementwise, requireIndices } from '../indices.js';
import { makeSingle, refuse, resolveAxis } from '../node.js';
import type { DataType, Tensor } from '../tensor.js';
import { floats, integers, scalar } from '../tensor-sources.js';
import { cast } from './elementwise.js';

export interface SliceOptions {
  readonly starts: readonly number[];
  /** Exclusive; `Number.POSITIVE_INFINITY` means to the end (to the beginning for a negative step: −Infinity). */
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps?: readonly number[];
}

const INT64_LIMIT = 2 ** 53 - 1;

/** Ranges of positions along `axes`, with Python's rules for negative and too large ends. */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  const { starts, ends, steps = options.axes.map(() => 1) } = options;
  const axes = options.axes.map((axis) => resolveAxis('Slice', axis, x.shape.length, [x]));
  if (starts.length !== axes.length || ends.length !== axes.length || steps.length !== axes.length)
    refuse('Slice', 'starts, ends, axes and steps differ in length', [x]);
  const shape = x.shape.map((dimension, axis) => {
    const at = axes.indexOf(axis);
    return at < 0 ? dimension : slicedSize(x, dimension, starts[at]!, ends[at]!, steps[at]!);
  });
  const bounded = (values: readonly number[]) =>
    integers(values.map((value) => Math.min(Math.max(value, -INT64_LIMIT), INT64_LIMIT)));
  return makeSingle({
    operator: 'Slice',
    inputs: [x, bounded(starts), bounded(ends), integers(axes), integers(steps)],
    output: { dtype: x.dtype, shape },
  });
}

function slicedSize(x: Tensor, size: Dimension, start: number, end: number, step: number): Dimension {
  if (!Number.isInteger(step) || step === 0) refuse('Slice', `step ${step} is not possible`, [x]);
  if (typeof size !== 'number') {
    if (start === 0 && end === Number.POSITIVE_INFINITY && step === 1) return size;
    return refuse('Slice', 'a symbolic axis can only be kept whole', [x]);
  }
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, lowest), highest);
  return Math.max(0, Math.ceil((bound(end) - bound(start)) / step));
}

/** Slices of `data` along `axis` (default 0): its shape with that axis replaced by the shape of `indices`. */
export function gather(data: Tensor, indices: Tensor, options: { axis?: number } = {}): Tensor {
  requireIndices('Gather', data, indices);
  const axis = resolveAxis('Gather', options.axis ?? 0, data.shape.length, [data, indices]);
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  return makeSingle({
    operator: 'Gather',
    inputs: [data, indices],
    attributes: { axis },
    output: { dtype: data.dtype, shape },
  });
}

/** One element per index: `result[i][j] = data[indices[i][j]][j]` for axis 0. */
export function gatherElements(data: Tensor, indices: Tensor, options: { axis: number }): Tensor {
  requireIndices('GatherElements', data, indices);
  const axis = resolveAxis('GatherElements', options.axis, data.shape.length, [data, indices]);
  requireElementwise('GatherElements', data, indices, axis);
  return makeSingle({
    operator: 'GatherElements',
    inputs: [data, indices],
    attributes: { axis },
    output: { dtype: data.dtype, shape: indices.shape },
  });
}

/** Slices at the positions in the last axis of `indices`, after `batchDims` shared leading axes. */
export function gatherND(data: Tensor, indices: Tensor, options: { batchDims?: number } = {}): Tensor {
  const { batchDims = 0 } = options;
  requireIndices('GatherND', data, indices);
  const depth = indices.shape.at(-1);
  if (typeof depth !== 'number' || depth < 1 || batchDims + depth > data.shape.length)
    return refuse('GatherND', 'the last axis of the indices does not fit', [data, indices]);
  for (let axis = 0; axis < batchDims; axis++)
    if (!sameDimension(data.shape[axis]!, indices.shape[axis]!))
      refuse('GatherND', `batch axis ${axis} differs`, [data, indices]);
  const shape = [...indices.shape.slice(0, -1), ...data.shape.slice(batchDims + depth)];
  return makeSingle({
    operator: 'GatherND',
    inputs: [data, indices],
    attributes: { batch_dims: batchDims },
    output: { dtype: data.dtype, shape },
  });
}

/**
 * Positions of the non-zero elements in rising order.
 *
 * @param options `count` is how many there are; the caller vouches for it
 * @returns int64 `[rank, count]`
 */
export function nonZero(x: Tensor, options: { count: Dimension }): Tensor {
  const shape = [x.shape.length, options.count];
  return makeSingle({ operator: 'NonZero', inputs: [x], output: { dtype: 'int64', shape } });
}

/**
 * `start, start + delta, …` below `limit`. Numbers become int64 unless a tensor beside them has another dtype.
 *
 * @param options `count` is the length, computed when all three are numbers
 */
export function range(
  start: Tensor | number,
  limit: Tensor | number,
  delta: Tensor | number = 1,
  options: { count?: Dimension } = {},
): Tensor {
  const given = [start, limit, delta];
  const dtype = given.find((value) => typeof value !== 'number')?.dtype ?? 'int64';
  const inputs = given.map((value) => (typeof value === 'number' ? scalar(value, dtype) : value));
  if (inputs.some((value) => value.shape.length !== 0 || value.dtype !== dtype))
    refuse('Range', 'start, limit and delta must be scalars of one dtype', inputs);
  const count = options.count ?? countOf(given);
  if (count === undefined) return refuse('Range', 'the count must be given beside a tensor', inputs);
  return makeSingle({ operator: 'Range', inputs, output: { dtype, shape: [count] } });
}

function countOf(bounds: readonly (Tensor | number)[]): number | undefined {
  const [start, limit, delta] = bounds;
  if (typeof start !== 'number' || typeof limit !== 'number' || typeof delta !== 'number') return undefined;
  return Math.max(0, Math.ceil((limit - start) / delta));
}

/** 1 at each index along a new axis of size `depth` (by default the last), 0 elsewhere. */
export function oneHot(
  indices: Tensor,
  depth: number,
  options: { axis?: number; dtype?: DataType } = {},
): Tensor {
  const { axis: wanted = -1, dtype = 'float32' } = options;
  requireIndices('OneHot', indices, indices);
  const axis = resolveAxis('OneHot', wanted, indices.shape.length + 1, [indices]);
  return makeSingle({
    operator: 'OneHot',
    inputs: [
      indices,
      integers([depth], []),
      dtype === 'int64' ? integers([0, 1]) : cast(floats([0, 1]), dtype),
    ],
    attributes: { axis },
    output: { dtype, shape: indices.shape.toSpliced(axis, 0, depth) },
  });
}

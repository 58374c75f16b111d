/**
 * Sums, means, extremes and ranks along axes.
 */
import type { Dimension } from '../dimension.js';
import { floatTypes, makeNode, makeSingle, numberTypes, refuse, requireDtype, resolveAxis } from '../node.js';
import type { DataType, Tensor } from '../tensor.js';
import { integers } from '../tensor-sources.js';

export interface ReduceOptions {
  readonly axes: readonly number[];
  /** Keeps the reduced axes with size 1; default true. */
  readonly keepdims?: boolean;
}

function reduce(operator: string, x: Tensor, options: ReduceOptions, allowed: readonly DataType[]): Tensor {
  requireDtype(operator, [x], allowed);
  const { keepdims = true } = options;
  const axes = options.axes.map((axis) => resolveAxis(operator, axis, x.shape.length, [x]));
  if (axes.length === 0 || new Set(axes).size !== axes.length)
    refuse(operator, `axes must be given, each once, not [${options.axes.join(', ')}]`, [x]);
  return makeSingle({
    operator,
    inputs: [x, integers(axes)],
    attributes: { keepdims: keepdims ? 1 : 0 },
    output: { dtype: x.dtype, shape: reducedShape(x, axes, keepdims) },
  });
}

function reducedShape(x: Tensor, axes: readonly number[], keepdims: boolean): Dimension[] {
  return keepdims
    ? x.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension))
    : x.shape.filter((_, axis) => !axes.includes(axis));
}

export const reduceSum = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceSum', x, options, numberTypes);
export const reduceMean = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceMean', x, options, floatTypes);
export const reduceMax = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceMax', x, options, numberTypes);
export const reduceMin = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceMin', x, options, numberTypes);
/** log Σ exp. */
export const reduceLogSumExp = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceLogSumExp', x, options, floatTypes);
/** Euclidean length. */
export const reduceL2 = (x: Tensor, options: ReduceOptions): Tensor =>
  reduce('ReduceL2', x, options, floatTypes);

/** int64 position of the largest element; the lower one of equals. */
export const argMax = (x: Tensor, options: { axis: number; keepdims?: boolean }): Tensor =>
  argExtreme('ArgMax', x, options);
/** int64 position of the smallest element; the lower one of equals. */
export const argMin = (x: Tensor, options: { axis: number; keepdims?: boolean }): Tensor =>
  argExtreme('ArgMin', x, options);

function argExtreme(operator: string, x: Tensor, options: { axis: number; keepdims?: boolean }): Tensor {
  const { keepdims = true } = options;
  requireDtype(operator, [x], numberTypes);
  const axis = resolveAxis(operator, options.axis, x.shape.length, [x]);
  return makeSingle({
    operator,
    inputs: [x],
    attributes: { axis, keepdims: keepdims ? 1 : 0, select_last_index: 0 },
    output: { dtype: 'int64', shape: reducedShape(x, [axis], keepdims) },
  });
}

export interface TopKOptions {
  readonly axis?: number;
  readonly largest?: boolean;
  readonly sorted?: boolean;
}

/** The `k` largest (or smallest) elements in falling (or rising) order; of equals the lower position first. */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): { values: Tensor; indices: Tensor } {
  const { largest = true, sorted = true } = options;
  requireDtype('TopK', [x], numberTypes);
  const axis = resolveAxis('TopK', options.axis ?? -1, x.shape.length, [x]);
  const size = x.shape[axis]!;
  if (!Number.isInteger(k) || k < 0 || (typeof size === 'number' && k > size))
    refuse('TopK', `k must be a whole number within the axis, not ${k}`, [x]);
  const shape = x.shape.map((dimension, at) => (at === axis ? k : dimension));
  const [values, indices] = makeNode({
    operator: 'TopK',
    inputs: [x, integers([k])],
    attributes: { axis, largest: largest ? 1 : 0, sorted: sorted ? 1 : 0 },
    outputs: [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ],
  });
  return { values: values!, indices: indices! };
}

/** Running sum along an axis. */
export function cumSum(x: Tensor, options: { axis: number; exclusive?: boolean; reverse?: boolean }): Tensor {
  requireDtype('CumSum', [x], ['float32', 'int64', 'int32']);
  const axis = resolveAxis('CumSum', options.axis, x.shape.length, [x]);
  return makeSingle({
    operator: 'CumSum',
    inputs: [x, integers([axis], [])],
    attributes: { exclusive: options.exclusive ? 1 : 0, reverse: options.reverse ? 1 : 0 },
    output: x,
  });
}

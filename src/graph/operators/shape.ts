/**
 * Operators that rearrange axes without touching values.
 */
import {
  type Dimension,
  divideDimensions,
  elementCount,
  formatShape,
  multiplyDimensions,
  type Shape,
  sameDimension,
  sameShape,
} from '../dimension.js';
import { makeSingle, refuse, resolveAxis } from '../node.js';
import type { Tensor } from '../tensor.js';
import { dimensionSize, integers } from '../tensor-sources.js';
import { concat } from './joining.js';

/**
 * The same elements in another shape; one side may be −1 and is then computed.
 * With one symbolic side at most, the engine infers it; with more, their sizes are read from the graph's inputs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = resolveMissingSide(x, shape);
  const [count, wanted] = [elementCount(x.shape), elementCount(target)];
  if (count !== undefined && wanted !== undefined && !sameDimension(count, wanted))
    refuse('Reshape', `element count differs from the wanted shape ${formatShape(target)}`, [x]);
  if (sameShape(target, x.shape)) return x;
  return makeSingle({
    operator: 'Reshape',
    inputs: [x, reshapeTarget(target)],
    attributes: { allowzero: target.includes(0) ? 1 : undefined },
    output: { dtype: x.dtype, shape: target },
  });
}

function resolveMissingSide(x: Tensor, shape: Shape): Shape {
  const at = shape.indexOf(-1);
  if (at < 0) return shape;
  const known = elementCount(shape.filter((_, axis) => axis !== at));
  const count = elementCount(x.shape);
  const missing = known === undefined || count === undefined ? undefined : divideDimensions(count, known);
  if (missing === undefined) refuse('Reshape', `cannot infer the −1 in ${formatShape(shape)}`, [x]);
  return shape.map((dimension, axis) => (axis === at ? missing : dimension));
}

function reshapeTarget(shape: Shape): Tensor {
  const symbolic = shape.filter((dimension) => typeof dimension !== 'number').length;
  if (symbolic > 1 || (symbolic === 1 && shape.includes(0))) return sizes(shape);
  return integers(shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1)));
}

/** int64 `[rank]`: a shape as a tensor, symbols resolved when the graph runs. */
export function sizes(shape: Shape): Tensor {
  if (shape.every((dimension) => typeof dimension === 'number')) return integers(shape);
  return concat(shape.map(dimensionSize), { axis: 0 });
}

/** Axes in a new order: axis `i` of the result is axis `perm[i]` of `x`. */
export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  const sorted = [...perm].sort((a, b) => a - b);
  if (perm.length !== x.shape.length || sorted.some((axis, at) => axis !== at))
    refuse('Transpose', `[${perm.join(', ')}] is not an order of the axes`, [x]);
  const shape = perm.map((axis) => x.shape[axis]!);
  return makeSingle({
    operator: 'Transpose',
    inputs: [x],
    attributes: { perm },
    output: { dtype: x.dtype, shape },
  });
}

/** New axes of size 1 at the positions `axes` of the result. */
export function unsqueeze(x: Tensor, axes: readonly number[]): Tensor {
  const rank = x.shape.length + axes.length;
  const at = axes.map((axis) => resolveAxis('Unsqueeze', axis, rank, [x]));
  if (new Set(at).size !== at.length) refuse('Unsqueeze', 'an axis is named twice', [x]);
  const kept = x.shape.values();
  const shape = Array.from({ length: rank }, (_, axis) => (at.includes(axis) ? 1 : kept.next().value!));
  return makeSingle({
    operator: 'Unsqueeze',
    inputs: [x, integers(at)],
    output: { dtype: x.dtype, shape },
  });
}

/** Drops axes of size 1. */
export function squeeze(x: Tensor, axes: readonly number[]): Tensor {
  const at = axes.map((axis) => resolveAxis('Squeeze', axis, x.shape.length, [x]));
  if (at.some((axis) => x.shape[axis] !== 1)) refuse('Squeeze', 'a squeezed axis is not 1', [x]);
  const shape = x.shape.filter((_, axis) => !at.includes(axis));
  return makeSingle({ operator: 'Squeeze', inputs: [x, integers(at)], output: { dtype: x.dtype, shape } });
}

/** A matrix: the axes before `axis` (default 1) become rows, the others columns. */
export function flatten(x: Tensor, options: { axis?: number } = {}): Tensor {
  const rank = x.shape.length;
  const axis = options.axis === rank ? rank : resolveAxis('Flatten', options.axis ?? 1, rank, [x]);
  const rows = elementCount(x.shape.slice(0, axis));
  const columns = elementCount(x.shape.slice(axis));
  if (rows === undefined || columns === undefined) refuse('Flatten', 'two symbols would be multiplied', [x]);
  return makeSingle({
    operator: 'Flatten',
    inputs: [x],
    attributes: { axis },
    output: { dtype: x.dtype, shape: [rows, columns] },
  });
}

/** Sides of size 1 stretched to `shape`, which may add axes in front. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const offset = shape.length - x.shape.length;
  const fits = x.shape.every((dimension, axis) => {
    const wanted = shape[axis + offset];
    return wanted !== undefined && (dimension === 1 || sameDimension(dimension, wanted));
  });
  if (!fits) refuse('Expand', `does not stretch to ${formatShape(shape)}`, [x]);
  if (sameShape(shape, x.shape)) return x;
  const target = shape.map((wanted, axis) => {
    const own = x.shape[axis - offset];
    return own !== undefined && sameDimension(own, wanted) ? 1 : wanted;
  });
  return makeSingle({
    operator: 'Expand',
    inputs: [x, sizes(target)],
    output: { dtype: x.dtype, shape },
  });
}

/** `x` repeated along every axis. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.shape.length) refuse('Tile', 'one repeat for every axis is needed', [x]);
  const shape = x.shape.map((dimension, axis) => multiplyDimensions(dimension, repeats[axis]!)!);
  return makeSingle({ operator: 'Tile', inputs: [x, integers(repeats)], output: { dtype: x.dtype, shape } });
}

/** int64 `[end − start]`: the sizes of `x` when the graph runs. */
export function shape(x: Tensor, options: { start?: number; end?: number } = {}): Tensor {
  const { start = 0, end = x.shape.length } = options;
  const count: Dimension = x.shape.slice(start, end).length;
  return makeSingle({
    operator: 'Shape',
    inputs: [x],
    attributes: { start, end },
    output: { dtype: 'int64', shape: [count] },
  });
}

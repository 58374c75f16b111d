/**
 * Putting tensors together and taking them apart along one axis.
 */
import { addDimensions, type Dimension, sameDimension } from '../dimension.js';
import { makeNode, makeSingle, refuse, requireDtype, resolveAxis } from '../node.js';
import type { Tensor } from '../tensor.js';
import { integers, scalar } from '../tensor-sources.js';

/**
 * Tensors one after the other along `axis`.
 *
 * @param options `total` is the size along that axis where those of the parts cannot be added, being multiples of different symbols
 */
export function concat(xs: readonly Tensor[], options: { axis: number; total?: Dimension }): Tensor {
  const first = xs[0] ?? refuse('Concat', 'nothing to join', []);
  requireDtype('Concat', xs);
  const axis = resolveAxis('Concat', options.axis, first.shape.length, xs);
  const fits = (x: Tensor) =>
    x.shape.length === first.shape.length &&
    x.shape.every((dimension, at) => at === axis || sameDimension(dimension, first.shape[at]!));
  if (!xs.every(fits)) refuse('Concat', `shapes differ beside axis ${axis}`, xs);
  const sum = xs.reduce<Dimension | undefined>(
    (before, x) => (before === undefined ? undefined : addDimensions(before, x.shape[axis]!)),
    0,
  );
  const total = sum ?? options.total;
  if (total === undefined) refuse('Concat', `sizes along axis ${axis} cannot be added`, xs);
  if (xs.length === 1) return first;
  const shape = first.shape.map((dimension, at) => (at === axis ? total : dimension));
  return makeSingle({
    operator: 'Concat',
    inputs: xs,
    attributes: { axis },
    output: { dtype: first.dtype, shape },
  });
}

/** Consecutive parts of the given sizes, which must add up. */
export function split(x: Tensor, sizes: readonly number[], options: { axis: number }): Tensor[] {
  const axis = resolveAxis('Split', options.axis, x.shape.length, [x]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (x.shape[axis] !== total) refuse('Split', `parts [${sizes.join(', ')}] do not add up`, [x]);
  return makeNode({
    operator: 'Split',
    inputs: [x, integers(sizes)],
    attributes: { axis },
    outputs: sizes.map((size) => ({
      dtype: x.dtype,
      shape: x.shape.map((dimension, at) => (at === axis ? size : dimension)),
    })),
  });
}

export interface PadOptions {
  /** Elements added in front of and behind each of `axes`; negative ones are cut off. */
  readonly pads: readonly { readonly before: number; readonly after: number }[];
  readonly axes: readonly number[];
  readonly mode?: 'constant' | 'reflect' | 'edge';
  readonly value?: number;
}

/** `x` with a margin. */
export function pad(x: Tensor, options: PadOptions): Tensor {
  const { pads, mode = 'constant', value } = options;
  const axes = options.axes.map((axis) => resolveAxis('Pad', axis, x.shape.length, [x]));
  if (pads.length !== axes.length) refuse('Pad', 'one pair for each of the axes is needed', [x]);
  const shape = x.shape.map((dimension, axis) => {
    const pair = pads[axes.indexOf(axis)];
    if (pair === undefined) return dimension;
    return (
      addDimensions(dimension, pair.before + pair.after) ?? refuse('Pad', 'padded axes must be known', [x])
    );
  });
  const amounts = [...pads.map(({ before }) => before), ...pads.map(({ after }) => after)];
  return makeSingle({
    operator: 'Pad',
    inputs: [x, integers(amounts), value === undefined ? null : scalar(value, x.dtype), integers(axes)],
    attributes: { mode },
    output: { dtype: x.dtype, shape },
  });
}

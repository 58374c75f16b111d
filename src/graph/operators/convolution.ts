/**
 * Convolution and resampling of images `[batch, channels, …]`.
 */
import type { Dimension } from '../dimension.js';
import { sameShape } from '../dimension.js';
import { floatTypes, makeSingle, numberTypes, refuse, requireDtype, resolveAxis } from '../node.js';
import type { Tensor } from '../tensor.js';
import { floats, integers } from '../tensor-sources.js';
import { slide, type WindowOptions } from '../windows.js';

export interface ConvOptions extends WindowOptions {
  readonly group?: number;
}

/**
 * @param x `[batch, in, …spatial]`
 * @param w `[out, in / group, …kernel]`
 * @param b `[out]`
 */
export function conv(x: Tensor, w: Tensor, b: Tensor | null, options: ConvOptions): Tensor {
  const inputs = [x, w, b];
  const rank = x.shape.length - 2;
  const { strides, pads, group = 1, dilations = Array<number>(Math.max(rank, 0)).fill(1) } = options;
  requireDtype('Conv', inputs, floatTypes);
  if (rank < 1 || w.shape.length !== rank + 2) refuse('Conv', 'ranks differ', inputs);
  const [channels, filters, perGroup] = [x.shape[1], w.shape[0], w.shape[1]];
  if (typeof channels !== 'number' || typeof perGroup !== 'number' || channels !== perGroup * group)
    refuse('Conv', `channels differ (group ${group})`, inputs);
  if (typeof filters !== 'number') return refuse('Conv', 'the number of filters must be known', inputs);
  if (b !== null && !sameShape(b.shape, [filters])) refuse('Conv', 'the bias must be [filters]', inputs);
  const spatial = slide('Conv', inputs, w.shape.slice(2), { strides, pads, dilations });
  return makeSingle({
    operator: 'Conv',
    inputs,
    attributes: { strides, pads, group, dilations, kernel_shape: w.shape.slice(2) as number[] },
    output: { dtype: x.dtype, shape: [x.shape[0]!, filters, ...spatial] },
  });
}

export interface ResizeOptions {
  readonly axes: readonly number[];
  /** Sizes along `axes`. */
  readonly sizes?: readonly number[];
  /** Factors along `axes`; the size is the floor of the product. */
  readonly scales?: readonly number[];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinateTransformationMode?:
    | 'half_pixel'
    | 'align_corners'
    | 'asymmetric'
    | 'pytorch_half_pixel';
  readonly cubicCoeffA?: number;
  readonly antialias?: boolean;
  readonly nearestMode?: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
}

/** Resampling along `axes`. */
export function resize(x: Tensor, options: ResizeOptions): Tensor {
  const { sizes, scales, mode, antialias, cubicCoeffA } = options;
  requireDtype('Resize', [x], numberTypes);
  const axes = options.axes.map((axis) => resolveAxis('Resize', axis, x.shape.length, [x]));
  const given = sizes ?? scales;
  if (given?.length !== axes.length || (sizes !== undefined && scales !== undefined))
    refuse('Resize', 'either sizes or scales must be given, one for each of the axes', [x]);
  const shape = x.shape.map((dimension, axis): Dimension => {
    const at = axes.indexOf(axis);
    if (at < 0) return dimension;
    if (sizes !== undefined) return sizes[at]!;
    return typeof dimension === 'number'
      ? Math.floor(dimension * scales![at]!)
      : refuse('Resize', 'scaled axes must be known', [x]);
  });
  return makeSingle({
    operator: 'Resize',
    inputs: [x, null, scales ? floats(scales) : null, sizes ? integers(sizes) : null],
    attributes: {
      axes,
      mode,
      coordinate_transformation_mode: options.coordinateTransformationMode ?? 'half_pixel',
      cubic_coeff_a: cubicCoeffA === undefined ? undefined : { float: cubicCoeffA },
      antialias: antialias ? 1 : undefined,
      nearest_mode: options.nearestMode,
    },
    output: { dtype: x.dtype, shape },
  });
}

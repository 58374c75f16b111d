/**
 * Writing elements by position into a copy.
 *
 * Repeated indices: without a reduction the order of writes is undefined, so all writers of one place must carry the
 * same value. `scatterND` with a reduction gave different sums from run to run on two threads of ONNX Runtime's CPU
 * (8 of 59 repetitions); use `scatterElements`, whose reduction is exact, or a product with a 0/1 matrix.
 */
import { sameShape } from '../dimension.js';
import { requireElementwise, requireIndices } from '../indices.js';
import { makeSingle, refuse, requireDtype, resolveAxis } from '../node.js';
import type { Tensor } from '../tensor.js';

export type ScatterReduction = 'none' | 'add' | 'mul' | 'max' | 'min';

/** `result[indices[i][j]][j] = updates[i][j]` for axis 0; a reduction combines with what is there. */
export function scatterElements(
  data: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: { axis: number; reduction?: ScatterReduction },
): Tensor {
  const inputs = [data, indices, updates];
  requireIndices('ScatterElements', data, indices);
  requireDtype('ScatterElements', [data, updates]);
  const axis = resolveAxis('ScatterElements', options.axis, data.shape.length, inputs);
  requireElementwise('ScatterElements', data, indices, axis);
  if (!sameShape(indices.shape, updates.shape))
    refuse('ScatterElements', 'indices and updates differ in shape', inputs);
  return makeSingle({
    operator: 'ScatterElements',
    inputs,
    attributes: { axis, reduction: reductionOf(options.reduction) },
    output: data,
  });
}

/**
 * Slices of `data` replaced at the positions in the last axis of `indices`.
 *
 * With a reduction and repeated indices the result is not dependable on several threads (see above).
 */
export function scatterND(
  data: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: { reduction?: ScatterReduction } = {},
): Tensor {
  const inputs = [data, indices, updates];
  requireIndices('ScatterND', data, indices);
  requireDtype('ScatterND', [data, updates]);
  const depth = indices.shape.at(-1);
  if (typeof depth !== 'number' || depth < 1 || depth > data.shape.length)
    return refuse('ScatterND', 'the last axis of the indices does not fit', inputs);
  if (!sameShape(updates.shape, [...indices.shape.slice(0, -1), ...data.shape.slice(depth)]))
    refuse('ScatterND', 'updates do not fit data and indices', inputs);
  return makeSingle({
    operator: 'ScatterND',
    inputs,
    attributes: { reduction: reductionOf(options.reduction) },
    output: data,
  });
}

function reductionOf(reduction: ScatterReduction | undefined): string | undefined {
  return reduction === 'none' ? undefined : reduction;
}

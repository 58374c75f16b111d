/**
 * The mixed blocks of InceptionV3: several branches over one image, joined channel by channel.
 *
 * Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (CVPR 2016); blocks and names of torchvision's
 * `inception.py` as `fid_inception_v3` of pytorch-fid 0.3.0 patches them: average pools leave the padding out, as TensorFlow's do.
 */
import { averagePool, concat, maxPool } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';
import { convolve } from './folded-convolution.js';

/** A block under its name in the checkpoint. @param x `[batch, in, H, W]` */
export type MixedBlock = (parameters: Parameters, name: string, x: Tensor) => Tensor;

/** Name within the block, filters, height and width of the kernel; at stride 2 without padding. */
type Layer = readonly [name: string, filters: number, height: number, width: number, stride?: 2];

/** Branches of 1 × 1, 5 × 5 and twice 3 × 3 (torchvision's `InceptionA`). */
export function mixedA(poolFilters: number): MixedBlock {
  return (parameters, name, x) => {
    const run = branchesOf(parameters, name);
    return join([
      run(x, ['branch1x1', 64, 1, 1]),
      run(x, ['branch5x5_1', 48, 1, 1], ['branch5x5_2', 64, 5, 5]),
      run(x, ['branch3x3dbl_1', 64, 1, 1], ['branch3x3dbl_2', 96, 3, 3], ['branch3x3dbl_3', 96, 3, 3]),
      run(neighbourMean(x), ['branch_pool', poolFilters, 1, 1]),
    ]);
  };
}

/** Halves the sides (`InceptionB`). */
export const mixedB: MixedBlock = (parameters, name, x) => {
  const run = branchesOf(parameters, name);
  return join([
    run(x, ['branch3x3', 384, 3, 3, 2]),
    run(x, ['branch3x3dbl_1', 64, 1, 1], ['branch3x3dbl_2', 96, 3, 3], ['branch3x3dbl_3', 96, 3, 3, 2]),
    halved(x),
  ]);
};

/** Kernels of 7 × 7, each as a row and a column (`InceptionC`). */
export function mixedC(inner: number): MixedBlock {
  return (parameters, name, x) => {
    const run = branchesOf(parameters, name);
    return join([
      run(x, ['branch1x1', 192, 1, 1]),
      run(x, ['branch7x7_1', inner, 1, 1], ['branch7x7_2', inner, 1, 7], ['branch7x7_3', 192, 7, 1]),
      run(
        x,
        ['branch7x7dbl_1', inner, 1, 1],
        ['branch7x7dbl_2', inner, 7, 1],
        ['branch7x7dbl_3', inner, 1, 7],
        ['branch7x7dbl_4', inner, 7, 1],
        ['branch7x7dbl_5', 192, 1, 7],
      ),
      run(neighbourMean(x), ['branch_pool', 192, 1, 1]),
    ]);
  };
}

/** Halves the sides (`InceptionD`). */
export const mixedD: MixedBlock = (parameters, name, x) => {
  const run = branchesOf(parameters, name);
  return join([
    run(x, ['branch3x3_1', 192, 1, 1], ['branch3x3_2', 320, 3, 3, 2]),
    run(
      x,
      ['branch7x7x3_1', 192, 1, 1],
      ['branch7x7x3_2', 192, 1, 7],
      ['branch7x7x3_3', 192, 7, 1],
      ['branch7x7x3_4', 192, 3, 3, 2],
    ),
    halved(x),
  ]);
};

/**
 * Branches that fork into a row and a column (`InceptionE`).
 *
 * @param pool the last block of this network takes the largest neighbour, where all others take the mean
 */
export function mixedE(pool: 'mean' | 'largest'): MixedBlock {
  return (parameters, name, x) => {
    const run = branchesOf(parameters, name);
    const stem = run(x, ['branch3x3_1', 384, 1, 1]);
    const doubleStem = run(x, ['branch3x3dbl_1', 448, 1, 1], ['branch3x3dbl_2', 384, 3, 3]);
    const pooled = pool === 'mean' ? neighbourMean(x) : maxPool(x, neighbours);
    return join([
      run(x, ['branch1x1', 320, 1, 1]),
      run(stem, ['branch3x3_2a', 384, 1, 3]),
      run(stem, ['branch3x3_2b', 384, 3, 1]),
      run(doubleStem, ['branch3x3dbl_3a', 384, 1, 3]),
      run(doubleStem, ['branch3x3dbl_3b', 384, 3, 1]),
      run(pooled, ['branch_pool', 192, 1, 1]),
    ]);
  };
}

/** Sides of 2n + 1 become n. @param x `[batch, channels, H, W]` */
export function halved(x: Tensor): Tensor {
  return maxPool(x, { kernel: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0] });
}

const neighbours = { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };

function neighbourMean(x: Tensor): Tensor {
  return averagePool(x, { ...neighbours, countIncludePad: false });
}

/** Runs layers of one block one after another. */
function branchesOf(parameters: Parameters, block: string): (x: Tensor, ...layers: Layer[]) => Tensor {
  return (x, ...layers) =>
    layers.reduce(
      (input, [name, filters, height, width, stride]) =>
        convolve(parameters, input, {
          name: `${block}.${name}`,
          filters,
          kernel: [height, width],
          ...(stride === undefined ? { padding: 'same' } : { padding: 'none', stride }),
        }),
      x,
    );
}

function join(branches: readonly Tensor[]): Tensor {
  return concat(branches, { axis: 1 });
}

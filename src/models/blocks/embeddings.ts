/** From pixels to the first block's tokens: patches, class and distillation token, positions. */
import {
  add,
  BATCH,
  concat,
  constant,
  conv,
  type Dimension,
  expand,
  multiplyDimensions,
  reshape,
  transpose,
} from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type ImageSide, patchGrid } from '../config.js';
import type { Parameters } from '../parameters.js';
import { type Grid, resizeBicubic } from './interpolated-positions.js';

/** How an encoder's way in is stored. */
export interface StoredEmbedding {
  readonly patches: string;
  /** Default true. */
  readonly patchBias?: boolean;
  /** Class and distillation token, those that there are. */
  readonly leading: readonly string[];
  readonly positions: string;
  /** Whether tokens and positions have axes of size 1 in front: [1, 1, C] and [1, positions, C] in place of [C] and [positions, C]. */
  readonly hasBatchAxis: boolean;
}

interface EmbeddingConfig {
  readonly hidden_size: number;
  readonly num_channels: number;
  readonly patch_size: ImageSide;
  readonly image_size: ImageSide;
}

/** [batch, channels, H, W] → [batch, leading + rows · columns, C] */
export function embedImage(
  { hidden_size: width, num_channels: channels, patch_size: patch, image_size }: EmbeddingConfig,
  { patches, patchBias: bias = true, leading, positions: name, hasBatchAxis }: StoredEmbedding,
  parameters: Parameters,
  { pixels, image }: { readonly pixels: Tensor; readonly image: ImageSide },
): Tensor {
  const embedding = takePatchEmbedding(parameters, patches, { width, channels, patch, bias });
  const tokens = leading.map((token) => parameters.take(token, hasBatchAxis ? [1, 1, width] : [width]));
  const trained = patchGrid(image_size, patch);
  const count = leading.length + trained.rows * trained.columns;
  const shape = hasBatchAxis ? [1, count, width] : [count, width];
  return addPositions(
    prependTokens(embedPatches(pixels, embedding), tokens),
    parameters,
    { name, shape, leading: leading.length, trained, width },
    patchGrid(image, patch),
  );
}

interface PatchEmbedding {
  /** [C, channels, patch height, patch width] */
  readonly kernel: Tensor;
  /** [C] */
  readonly bias: Tensor | null;
}

/** Takes `<name>.weight` and, unless there is none, `<name>.bias`. */
function takePatchEmbedding(
  parameters: Parameters,
  name: string,
  {
    width,
    channels,
    patch,
    bias = true,
  }: { width: number; channels: number; patch: ImageSide; bias?: boolean },
): PatchEmbedding {
  return {
    kernel: parameters.take(`${name}.weight`, [width, channels, patch.height, patch.width]),
    bias: bias ? parameters.take(`${name}.bias`, [width]) : null,
  };
}

/** [batch, channels, H, W] → [batch, rows · columns, C], row-major; pixels beyond the last full patch are left out. */
function embedPatches(pixels: Tensor, { kernel, bias }: PatchEmbedding): Tensor {
  const [width, , height, breadth] = kernel.shape as [number, number, number, number];
  const patches = conv(pixels, kernel, bias, { strides: [height, breadth], pads: [0, 0, 0, 0] });
  const [batch, , rows, columns] = patches.shape;
  const count = multiplyDimensions(rows!, columns!)!;
  return transpose(reshape(patches, [batch!, width, count]), [0, 2, 1]);
}

/** Puts tokens that are the same for every image in front of the patches: [batch, leading + N, C]. */
function prependTokens(patches: Tensor, leading: readonly Tensor[]): Tensor {
  if (leading.length === 0) return patches;
  const width = patches.shape[2]!;
  const ofEveryImage = leading.map((token) => expand(reshape(token, [1, 1, width]), [BATCH, 1, width]));
  return concat([...ofEveryImage, patches], { axis: 1 });
}

interface PositionTable {
  readonly name: string;
  /** Shape in the checkpoint: [positions, C] or [1, positions, C]. */
  readonly shape: readonly number[];
  /** Positions that belong to class and distillation token. */
  readonly leading: number;
  /** The patch grid that the table was trained for. */
  readonly trained: Grid;
  readonly width: number;
}

/**
 * Adds the learned positions, interpolated as transformers does it when the image has another patch grid.
 *
 * @param tokens [batch, leading + rows · columns, C]
 */
function addPositions(tokens: Tensor, parameters: Parameters, table: PositionTable, grid: Grid): Tensor {
  return add(tokens, positions(parameters, table, grid));
}

function positions(parameters: Parameters, table: PositionTable, grid: Grid): Tensor {
  const { name, shape, leading, trained, width } = table;
  if (grid.rows === trained.rows && grid.columns === trained.columns) {
    const count: Dimension = leading + trained.rows * trained.columns;
    return reshape(parameters.take(name, shape), [1, count, width]);
  }
  const stored = parameters.values(name, shape);
  const start = leading * width;
  const resized = resizeBicubic(stored.subarray(start), width, trained, grid);
  const all = new Float32Array(start + resized.length);
  all.set(stored.subarray(0, start));
  all.set(resized, start);
  return constant(all, [1, leading + grid.rows * grid.columns, width]);
}

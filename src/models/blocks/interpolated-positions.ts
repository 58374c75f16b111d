/**
 * Position embeddings for a patch grid other than the one they were trained on.
 *
 * Source: PyTorch's `upsample_bicubic2d` (`aten/src/ATen/native/UpSample.h`), align_corners false, size given, no
 * antialiasing: Keys' cubic kernel with a = −0.75, borders repeated. Positions and sums in float64.
 */
import { TurboError } from '../../errors/turbo-error.js';

const a = -0.75;

/** 512 × 512 patches. Attention from all to all of more takes over 256 GiB for one head, and positions of 16 times as many fit in no array. */
const MOST_PATCHES = 2 ** 18;

/** Cubic weights of the pixels at −1, 0, 1, 2 for a point `t` ∈ [0, 1) behind pixel 0. */
function cubicWeights(t: number): [number, number, number, number] {
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

/** For every output position the four source positions and their weights. */
function taps(from: number, to: number): { indices: number[]; weights: number[] }[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, position) => {
    const centre = scale * (position + 0.5) - 0.5;
    const first = Math.floor(centre);
    const indices = [-1, 0, 1, 2].map((step) => Math.min(from - 1, Math.max(0, first + step)));
    return { indices, weights: cubicWeights(centre - first) };
  });
}

/** A patch grid, row-major. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * @param values [rows, columns, width] of the grid `from`
 * @returns [rows, columns, width] of the grid `to`
 * @throws TurboError for a grid of more patches than any machine could attend to
 */
export function resizeBicubic(values: Float32Array, width: number, from: Grid, to: Grid): Float32Array {
  refuseVastGrid(from, to);
  const result = new Float32Array(to.rows * to.columns * width);
  const columnTaps = taps(from.columns, to.columns);
  const sums = new Float64Array(width);
  taps(from.rows, to.rows).forEach((rowTap, row) => {
    columnTaps.forEach((columnTap, column) => {
      sums.fill(0);
      rowTap.indices.forEach((sourceRow, i) => {
        columnTap.indices.forEach((sourceColumn, j) => {
          const weight = rowTap.weights[i]! * columnTap.weights[j]!;
          const start = (sourceRow * from.columns + sourceColumn) * width;
          for (let c = 0; c < width; c++) sums[c]! += weight * values[start + c]!;
        });
      });
      result.set(sums, (row * to.columns + column) * width);
    });
  });
  return result;
}

function refuseVastGrid(from: Grid, to: Grid): void {
  const patches = to.rows * to.columns;
  if (patches <= MOST_PATCHES) return;
  const factor = Math.floor(Math.sqrt(MOST_PATCHES / (from.rows * from.columns)));
  throw new TurboError('The image is so large that its positions and attention would not fit into memory.', {
    value: `${to.rows} × ${to.columns} patches, where the model was trained on ${from.rows} × ${from.columns}`,
    allowed: `at most ${MOST_PATCHES} patches: an image ${factor} times as wide and high as the model was trained on`,
    next: 'choose a smaller --image-size, or imageSize in an experiment file',
  });
}

/**
 * Resizing and cropping that gives, bit for bit, what Pillow up to version 12 gives.
 *
 * Source: Pillow 11, src/libImaging/Resample.c: first the rows, then the columns, each rounded and clamped to 8 bits.
 * Only what the crop keeps is computed. (Pillow 13 swaps the passes for some tall images; published results predate it.)
 */
import { type ResampleFilter, type ResampleWeights, resampleWeights } from './resample-weights.js';
import { type KernelMemory, resizeKernel } from './resize-kernel.js';
import type { RgbImage } from './rgb-image.js';

/** A rectangle of the resized image, inside of it. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the kernel may read or write beyond the end of a buffer. */
const SPARE_BYTES = 16;
const LANE_BYTES = 16;

/**
 * `image` resized to `width` × `height`, of which `window` is kept.
 *
 * @returns pixels of the window, [window.height, window.width, 3]
 */
export function resize(
  image: RgbImage,
  size: { readonly width: number; readonly height: number },
  filter: ResampleFilter,
  window: Window = { left: 0, top: 0, ...size },
): RgbImage {
  const across = resampleWeights(image.width, size.width, filter, window.left, window.width);
  const down = resampleWeights(image.height, size.height, filter, window.top, window.height);
  const firstRow = down.first[0]!;
  const rows = down.first.at(-1)! + down.count.at(-1)! - firstRow;
  const sourceStride = image.width * 3;
  const stride = aligned(window.width * 3);

  let end = 0;
  const reserve = (bytes: number) => {
    const start = end;
    end = aligned(end + bytes + SPARE_BYTES);
    return start;
  };
  const source = reserve(rows * sourceStride);
  const middle = reserve(rows * stride);
  const target = reserve(window.height * stride);
  const acrossBounds = reserve(window.width * 8);
  const acrossWeights = reserve(across.weights.byteLength);
  const downBounds = reserve(window.height * 8);
  const downWeights = reserve(down.weights.byteLength);

  const kernel = resizeKernel(end);
  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.set(image.data.subarray(firstRow * sourceStride, (firstRow + rows) * sourceStride), source);
  writeWeights(kernel.memory, across, 0, 3, acrossBounds, acrossWeights);
  writeWeights(kernel.memory, down, firstRow, stride, downBounds, downWeights);
  kernel.horizontal(
    source,
    sourceStride,
    rows,
    acrossBounds,
    acrossWeights,
    across.taps,
    window.width,
    middle,
    stride,
  );
  kernel.vertical(middle, stride, downBounds, downWeights, down.taps, window.height, target);
  return { width: window.width, height: window.height, data: withoutPadding(bytes, target, stride, window) };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / LANE_BYTES) * LANE_BYTES;
}

/** Bounds become byte offsets from input `origin`, `stepBytes` apart. */
function writeWeights(
  memory: KernelMemory,
  { first, count, weights }: ResampleWeights,
  origin: number,
  stepBytes: number,
  boundsAt: number,
  weightsAt: number,
): void {
  const bounds = new Int32Array(memory.buffer, boundsAt, first.length * 2);
  for (let output = 0; output < first.length; output++) {
    bounds[2 * output] = (first[output]! - origin) * stepBytes;
    bounds[2 * output + 1] = count[output]!;
  }
  new Int32Array(memory.buffer, weightsAt, weights.length).set(weights);
}

function withoutPadding(bytes: Uint8Array, start: number, stride: number, window: Window): Uint8Array {
  const rowBytes = window.width * 3;
  if (rowBytes === stride) return bytes.slice(start, start + window.height * stride);
  const packed = new Uint8Array(window.height * rowBytes);
  for (let row = 0; row < window.height; row++) {
    const from = start + row * stride;
    packed.set(bytes.subarray(from, from + rowBytes), row * rowBytes);
  }
  return packed;
}

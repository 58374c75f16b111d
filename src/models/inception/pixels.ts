/**
 * A picture as InceptionV3 takes it: 299 × 299 by bilinear resampling without a filter against aliasing, from −1 to 1.
 *
 * Two conventions are in use, and their features differ even at 299 × 299: pytorch-fid 0.3.0 resamples as PyTorch does (half-pixel centres) and
 * computes 2·(v / 255) − 1; torch-fidelity 0.4.0 resamples as TensorFlow 1 did (corners) and computes (v − 128) / 128.
 */
import type { RgbImage } from '../../images/rgb-image.js';

/** Height and width of the input. */
export const INCEPTION_SIDE = 299;

/** Whose preprocessing is followed. */
export type InceptionConvention = 'pytorch-fid' | 'torch-fidelity';

interface Rules {
  /** Where along a side of the picture an output pixel lies, in pixels, rounded to float32 as both do; `scale` is picture ÷ output. */
  readonly position: (index: number, scale: number) => number;
  readonly normalise: (value: number) => number;
}

const rulesOf: Readonly<Record<InceptionConvention, Rules>> = {
  'pytorch-fid': {
    position: (index, scale) => Math.max(0, Math.fround((index + 0.5) * scale - 0.5)),
    normalise: (value) => (2 * value) / 255 - 1,
  },
  'torch-fidelity': {
    position: (index, scale) => Math.fround(index * scale),
    normalise: (value) => (value - 128) / 128,
  },
};

/**
 * @param into where to write; by default a new array
 * @returns `[3, 299, 299]` from −1 to 1
 */
export function inceptionPixels(
  image: RgbImage,
  convention: InceptionConvention = 'pytorch-fid',
  into: Float32Array = new Float32Array(3 * INCEPTION_SIDE ** 2),
): Float32Array {
  const { position, normalise } = rulesOf[convention];
  const { width, height, data } = image;
  const rows = taps(height, position);
  const columns = taps(width, position);
  for (let y = 0; y < INCEPTION_SIDE; y++) {
    const [upper, lower, down] = [rows.from[y]! * width, rows.to[y]! * width, rows.share[y]!];
    for (let x = 0; x < INCEPTION_SIDE; x++) {
      const [left, right, across] = [columns.from[x]!, columns.to[x]!, columns.share[x]!];
      for (let channel = 0; channel < 3; channel++) {
        const at = (pixel: number): number => data[3 * pixel + channel]!;
        const top = at(upper + left) * (1 - across) + at(upper + right) * across;
        const bottom = at(lower + left) * (1 - across) + at(lower + right) * across;
        into[(channel * INCEPTION_SIDE + y) * INCEPTION_SIDE + x] = normalise(
          top * (1 - down) + bottom * down,
        );
      }
    }
  }
  return into;
}

/** The two pixels that each output pixel lies between, and how far it is on the way to the second. */
function taps(size: number, position: Rules['position']) {
  const from = new Int32Array(INCEPTION_SIDE);
  const to = new Int32Array(INCEPTION_SIDE);
  const share = new Float64Array(INCEPTION_SIDE);
  for (let index = 0; index < INCEPTION_SIDE; index++) {
    const place = position(index, Math.fround(size / INCEPTION_SIDE));
    from[index] = Math.min(Math.floor(place), size - 1);
    to[index] = Math.min(from[index]! + 1, size - 1);
    share[index] = place - from[index]!;
  }
  return { from, to, share };
}

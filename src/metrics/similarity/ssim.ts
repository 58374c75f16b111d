/**
 * SSIM: structural similarity of two pictures, the product of how alike they are in brightness, contrast and structure.
 *
 * Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity" (IEEE TIP 2004), with its
 * Gaussian window (11 × 11, σ = 1.5, K₁ = 0.01, K₂ = 0.03), as scikit-image computes it with `gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False, data_range=255`: only where the window lies inside the picture, mean over the channels.
 */
import type { RgbImage } from '../../images/rgb-image.js';
import { requireSameSize } from './picture-pair.js';

const SIGMA = 1.5;
const RADIUS = 5;
/** Side of the window in pixels. */
export const SSIM_WINDOW = 2 * RADIUS + 1;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** One channel of a picture, rows from the top. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** `[height, width]` */
  readonly values: Float64Array;
}

/**
 * SSIM from −1 to 1, 1 for equal pictures; null where the pictures are smaller than the window of 11 × 11.
 * Throws where the sizes differ.
 */
export function ssim(a: RgbImage, b: RgbImage): number | null {
  requireSameSize(a, b);
  if (Math.min(a.width, a.height) < SSIM_WINDOW) return null;
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    sum += structureOf(planeOf(a, channel), planeOf(b, channel)).similarity;
  return sum / 3;
}

/** Channel 0, 1 or 2 of a picture. */
export function planeOf({ width, height, data }: RgbImage, channel: number): Plane {
  const values = new Float64Array(width * height);
  for (let at = 0; at < values.length; at++) values[at] = data[3 * at + channel]!;
  return { width, height, values };
}

/**
 * Means, over all places of the window, of SSIM and of its factor for contrast and structure alone.
 *
 * @param a at least as large as the window @param b of the same size
 */
export function structureOf(a: Plane, b: Plane): { similarity: number; contrastStructure: number } {
  const product = (x: Plane, y: Plane): Plane => ({
    ...x,
    values: x.values.map((value, at) => value * y.values[at]!),
  });
  const [meanA, meanB] = [blur(a), blur(b)];
  const [squareA, squareB, cross] = [blur(product(a, a)), blur(product(b, b)), blur(product(a, b))];
  let similarity = 0;
  let contrastStructure = 0;
  for (let at = 0; at < meanA.length; at++) {
    const means = meanA[at]! * meanB[at]!;
    const squares = meanA[at]! ** 2 + meanB[at]! ** 2;
    const contrast = (2 * (cross[at]! - means) + C2) / (squareA[at]! + squareB[at]! - squares + C2);
    contrastStructure += contrast;
    similarity += (contrast * (2 * means + C1)) / (squares + C1);
  }
  return { similarity: similarity / meanA.length, contrastStructure: contrastStructure / meanA.length };
}

/** Mean under the Gaussian window, `[height − 10, width − 10]`: along the rows, then along the columns. */
function blur({ width, height, values }: Plane): Float64Array {
  const inner = width - 2 * RADIUS;
  const rows = new Float64Array(inner * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < inner; x++) rows[y * inner + x] = weighted(values, y * width + x, 1);
  }
  const both = new Float64Array(inner * (height - 2 * RADIUS));
  for (let at = 0; at < both.length; at++) both[at] = weighted(rows, at, inner);
  return both;
}

const window = gaussianWindow();

function weighted(values: Float64Array, start: number, stride: number): number {
  let sum = 0;
  for (let tap = 0; tap < SSIM_WINDOW; tap++) sum += window[tap]! * values[start + tap * stride]!;
  return sum;
}

function gaussianWindow(): Float64Array {
  const weights = Float64Array.from({ length: SSIM_WINDOW }, (_, tap) =>
    Math.exp(-((tap - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

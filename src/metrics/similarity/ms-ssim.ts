/**
 * MS-SSIM: structural similarity at five scales, each half as large as the one before.
 *
 * Source: Wang et al., "Multiscale structural similarity for image quality assessment" (Asilomar 2003), with the weights of its
 * section 3.2, as pytorch-msssim 1.0 computes it: an odd side is padded with zeros before it is halved, negative factors count 0.
 */
import type { RgbImage } from '../../images/rgb-image.js';
import { requireSameSize } from './picture-pair.js';
import { type Plane, planeOf, SSIM_WINDOW, structureOf } from './ssim.js';

const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** Sides up to this many pixels are too small for five scales. */
const TOO_SMALL = (SSIM_WINDOW - 1) * 2 ** (WEIGHTS.length - 1);

/** MS-SSIM from 0 to 1, mean over the channels; null where a side has 160 pixels or fewer. Throws where the sizes differ. */
export function msSsim(a: RgbImage, b: RgbImage): number | null {
  requireSameSize(a, b);
  if (Math.min(a.width, a.height) <= TOO_SMALL) return null;
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) sum += ofChannel(planeOf(a, channel), planeOf(b, channel));
  return sum / 3;
}

function ofChannel(a: Plane, b: Plane): number {
  let product = 1;
  for (const [scale, weight] of WEIGHTS.entries()) {
    const { similarity, contrastStructure } = structureOf(a, b);
    const factor = scale === WEIGHTS.length - 1 ? similarity : contrastStructure;
    product *= Math.max(factor, 0) ** weight;
    [a, b] = [halve(a), halve(b)];
  }
  return product;
}

/** Means of 2 × 2 pixels. An odd side begins and ends with a half-filled one, whose missing pixels are 0. */
function halve({ width, height, values }: Plane): Plane {
  const [left, top] = [width % 2, height % 2];
  const [halfWidth, halfHeight] = [(width + left) / 2, (height + top) / 2];
  const half = new Float64Array(halfWidth * halfHeight);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      half[((y + top) >> 1) * halfWidth + ((x + left) >> 1)]! += values[y * width + x]! / 4;
  }
  return { width: halfWidth, height: halfHeight, values: half };
}

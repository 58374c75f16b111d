/** How little a variant changes pictures: each is held against the unmerged picture of the same prompt and seed. */
import type { RgbImage } from '../../images/rgb-image.js';
import { meanAbsoluteError, peakSignalToNoiseRatio } from '../../metrics/similarity/pixel-difference.js';
import { ssim } from '../../metrics/similarity/ssim.js';
import type { Metrics } from '../task.js';

/** dB that a picture counts which did not change at all, of which PSNR is infinite. */
export const MOST_PSNR = 100;

export interface Fidelity {
  add(picture: RgbImage, unmerged: RgbImage): void;
  /** Means over the pictures; without SSIM where they are smaller than its window. */
  metrics(): Metrics;
  /** PSNR of every picture, in the order of adding, in dB. */
  psnr(): readonly number[];
}

/** Pictures come one by one, so that they need not be in memory together. */
export function pictureFidelity(): Fidelity {
  const psnr: number[] = [];
  const error: number[] = [];
  const similarity: number[] = [];
  return {
    add(picture, unmerged) {
      psnr.push(Math.min(peakSignalToNoiseRatio(picture, unmerged), MOST_PSNR));
      error.push(meanAbsoluteError(picture, unmerged));
      const alike = ssim(picture, unmerged);
      if (alike !== null) similarity.push(alike);
    },
    metrics: () =>
      psnr.length === 0
        ? {}
        : {
            psnr: meanOf(psnr),
            ...(similarity.length === 0 ? {} : { ssim: meanOf(similarity) }),
            mae: meanOf(error),
          },
    psnr: () => psnr,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

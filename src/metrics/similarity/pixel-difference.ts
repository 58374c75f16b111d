/**
 * How far two pictures are from one another, pixel by pixel: mean absolute error, mean squared error and PSNR.
 *
 * Source: `mean_squared_error` and `peak_signal_noise_ratio` of scikit-image with `data_range=255`.
 */
import type { RgbImage } from '../../images/rgb-image.js';
import { requireSameSize } from './picture-pair.js';

const PEAK = 255;

/** Mean of |a − b| over pixels and channels, 0 to 255. Throws where the sizes differ. */
export function meanAbsoluteError(a: RgbImage, b: RgbImage): number {
  return meanOverValues(a, b, Math.abs);
}

/** Mean of (a − b)² over pixels and channels, 0 to 65,025. Throws where the sizes differ. */
export function meanSquaredError(a: RgbImage, b: RgbImage): number {
  return meanOverValues(a, b, (difference) => difference * difference);
}

/** Peak signal-to-noise ratio, 10·log₁₀(255² / mean squared error), in dB; infinite for equal pictures. */
export function peakSignalToNoiseRatio(a: RgbImage, b: RgbImage): number {
  return 10 * Math.log10(PEAK ** 2 / meanSquaredError(a, b));
}

function meanOverValues(a: RgbImage, b: RgbImage, of: (difference: number) => number): number {
  requireSameSize(a, b);
  let sum = 0;
  for (let at = 0; at < a.data.length; at++) sum += of(a.data[at]! - b.data[at]!);
  return sum / a.data.length;
}

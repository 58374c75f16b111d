/**
 * What an autoencoder decodes, as a picture of bytes.
 *
 * Source: `VaeImageProcessor.postprocess` of diffusers 0.42: v/2 + 0.5, kept within 0 and 1, times 255, rounded.
 */
import type { RgbImage } from './rgb-image.js';

/** @param values [3, height, width], −1 is 0 and 1 is 255; what is not a number becomes 0 */
export function pictureOfValues(
  values: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
): RgbImage {
  const pixels = height * width;
  const data = new Uint8Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < 3; channel++) {
      const share = values[channel * pixels + pixel]! / 2 + 0.5;
      data[3 * pixel + channel] = Math.round(255 * Math.min(Math.max(share, 0), 1));
    }
  return { width, height, data };
}

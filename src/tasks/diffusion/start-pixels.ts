/**
 * Pictures as image-to-image starts from them: resized, cut to the middle where the proportions differ, from −1 to 1.
 *
 * Source: `VaeImageProcessor` of diffusers 0.42 for the filter and the range; it stretches a picture of other proportions, which is cut here.
 */
import { type TensorData, tensorData } from '../../engines/index.js';
import { preprocessImage } from '../../images/preprocess.js';
import type { Preprocessor } from '../../images/preprocessor.js';
import type { ImageSource } from '../../images/rgb-image.js';
import type { Size } from '../../models/stable-diffusion/vae.js';

/** @returns [images, 3, height, width] @throws TurboError for an image that cannot be decoded */
export async function startPixels(images: readonly ImageSource[], size: Size): Promise<TensorData> {
  const preprocessor = preprocessorFor(size);
  const each = 3 * size.height * size.width;
  const pixels = new Float32Array(images.length * each);
  for (const [at, image] of images.entries())
    pixels.set(await preprocessImage(image, preprocessor), at * each);
  return tensorData(pixels, [images.length, 3, size.height, size.width]);
}

/** The shortest side decides for a square; any other shape is stretched to. */
function preprocessorFor({ height, width }: Size): Preprocessor {
  const half = [0.5, 0.5, 0.5];
  return {
    resize: { size: height === width ? { shortestEdge: height } : { height, width }, filter: 'lanczos' },
    centerCrop: { height, width },
    rescaleFactor: 1 / 255,
    normalize: { mean: half, std: half },
  };
}

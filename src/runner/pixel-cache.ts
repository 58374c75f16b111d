/**
 * Preprocessed images kept in memory, so that a sweep decodes each of them once and not once per variant.
 *
 * When the memory is used up, the images that did not fit are prepared anew each time: a round through the samples would push
 * the oldest ones out just before they are asked for again.
 */
import type { ImagePool } from '../images/image-pool.js';
import type { ImageSource } from '../images/rgb-image.js';

/** @param maxBytes of pixels that are kept at most */
export function cachedPool(pool: ImagePool, maxBytes: number): ImagePool {
  const byPath = new Map<string, Float32Array>();
  const bySource = new Map<ImageSource, Float32Array>();
  let bytes = 0;
  return {
    threads: pool.threads,
    close: () => pool.close(),
    async preprocess(image) {
      const path = typeof image === 'string' ? image : image.kind === 'file' ? image.path : undefined;
      const known = path === undefined ? bySource.get(image as ImageSource) : byPath.get(path);
      if (known !== undefined) return known;
      const pixels = await pool.preprocess(image);
      if (bytes + pixels.byteLength <= maxBytes) {
        bytes += pixels.byteLength;
        if (path === undefined) bySource.set(image as ImageSource, pixels);
        else byPath.set(path, pixels);
      }
      return pixels;
    },
  };
}

/**
 * Preprocessed images kept in memory, so that a sweep decodes each of them once and not once per variant.
 *
 * When the memory is used up, the images that did not fit are prepared anew each time: a round through the samples would push
 * the oldest ones out just before they are asked for again.
 */
import type { ImagePool } from '../images/image-pool.js';
import type { ImageSource } from '../images/rgb-image.js';

/** A pool that remembers. */
export interface CachedPool extends ImagePool {
  /**
   * Prepares images before they are asked for, as far as the memory goes, so that no decoding runs beside what is timed.
   * An image that cannot be read is left for the batch that asks for it.
   */
  fill(images: readonly (string | ImageSource)[]): Promise<void>;
}

/** Images that are under way at once while the memory is filled. */
const FILL_AT_ONCE = 32;

/** @param maxBytes of pixels that are kept at most */
export function cachedPool(pool: ImagePool, maxBytes: number): CachedPool {
  const byPath = new Map<string, Float32Array>();
  const bySource = new Map<ImageSource, Float32Array>();
  let bytes = 0;
  let isFull = false;
  const preprocess = async (image: string | ImageSource): Promise<Float32Array> => {
    const path = typeof image === 'string' ? image : image.kind === 'file' ? image.path : undefined;
    const known = path === undefined ? bySource.get(image as ImageSource) : byPath.get(path);
    if (known !== undefined) return known;
    const pixels = await pool.preprocess(image);
    isFull = bytes + pixels.byteLength > maxBytes;
    if (!isFull) {
      bytes += pixels.byteLength;
      if (path === undefined) bySource.set(image as ImageSource, pixels);
      else byPath.set(path, pixels);
    }
    return pixels;
  };
  return {
    threads: pool.threads,
    close: () => pool.close(),
    preprocess,
    async fill(images) {
      for (let start = 0; start < images.length && !isFull; start += FILL_AT_ONCE)
        await Promise.allSettled(images.slice(start, start + FILL_AT_ONCE).map(preprocess));
    },
  };
}

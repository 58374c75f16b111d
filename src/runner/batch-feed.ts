/** The samples of a task in batches, over and over, read ahead of the engine. */

import type { ImagePool } from '../images/image-pool.js';
import { type BadSample, type ImageBatch, type ImageSample, prefetchBatches } from '../images/prefetch.js';

/** Images that are ready to run. */
export interface FeedBatch {
  /** Positions among the samples. */
  readonly indices: readonly number[];
  /** [indices.length, 3, height, width] */
  readonly pixels: Float32Array;
  readonly bad: readonly BadSample[];
  /** How often all samples have gone by before this batch. */
  readonly round: number;
}

/**
 * Goes round the samples for ever; ends only when they hold no readable image at all.
 *
 * @param batchSize in samples, each of `imagesPerSample` images side by side
 */
export async function* feedBatches(
  samples: readonly ImageSample[],
  pool: ImagePool,
  batchSize: number,
  imagesPerSample = 1,
): AsyncGenerator<FeedBatch> {
  for (let round = 0; ; round++) {
    let images = 0;
    for await (const batch of prefetchBatches(samples, pool, { batchSize: batchSize * imagesPerSample })) {
      const whole = wholeSamples(batch, imagesPerSample);
      images += whole.indices.length;
      yield { ...whole, round };
    }
    if (images === 0) return;
  }
}

/** Without the images whose sample lacks another one. */
export function wholeSamples(batch: ImageBatch, imagesPerSample: number): ImageBatch {
  if (imagesPerSample === 1 || batch.bad.length === 0) return batch;
  const broken = brokenSamples(
    batch.bad.map(({ index }) => index),
    imagesPerSample,
  );
  const kept = [...batch.indices.keys()].filter(
    (row) => !broken.has(Math.floor(batch.indices[row]! / imagesPerSample)),
  );
  const width = batch.pixels.length / batch.indices.length;
  const pixels = new Float32Array(kept.length * width);
  kept.forEach((row, at) => {
    pixels.set(batch.pixels.subarray(row * width, (row + 1) * width), at * width);
  });
  return { indices: kept.map((row) => batch.indices[row]!), pixels, bad: batch.bad };
}

/** The samples to which any of these images belongs. */
export function brokenSamples(images: Iterable<number>, imagesPerSample: number): ReadonlySet<number> {
  return new Set(Array.from(images, (index) => Math.floor(index / imagesPerSample)));
}

/** The samples of a task in batches, over and over, read ahead of the engine. */

import type { ImagePool } from '../images/image-pool.js';
import { type BadSample, type ImageSample, prefetchBatches } from '../images/prefetch.js';

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

/** Goes round the samples for ever; ends only when they hold no readable image at all. */
export async function* feedBatches(
  samples: readonly ImageSample[],
  pool: ImagePool,
  batchSize: number,
): AsyncGenerator<FeedBatch> {
  for (let round = 0; ; round++) {
    let images = 0;
    for await (const batch of prefetchBatches(samples, pool, { batchSize })) {
      images += batch.indices.length;
      yield { ...batch, round };
    }
    if (images === 0) return;
  }
}

/** Batches of preprocessed images, prepared ahead of the engine, never more than `depth` of them. */
import { TurboError } from '../errors/turbo-error.js';
import type { ImagePool } from './image-pool.js';
import type { ImageSource } from './rgb-image.js';

export interface ImageSample {
  readonly id: string;
  readonly image: ImageSource;
}

/** A sample whose image could not be used. */
export interface BadSample {
  /** Position among all samples. */
  readonly index: number;
  readonly id: string;
  readonly reason: string;
}

export interface ImageBatch {
  /** Positions, among all samples, of the images in `pixels`. */
  readonly indices: readonly number[];
  /** [indices.length, 3, height, width] */
  readonly pixels: Float32Array;
  /** Samples of this batch that are not in `pixels`. */
  readonly bad: readonly BadSample[];
}

export interface PrefetchOptions {
  readonly batchSize: number;
  /** Batches in preparation or waiting while one is in use. Default 2. */
  readonly depth?: number;
}

/**
 * The samples in order, `batchSize` at a time; the last batch may be smaller, and so is one with bad samples.
 * Bad samples are handed on, never dropped: the caller decides whether they make its result invalid.
 */
export async function* prefetchBatches(
  samples: readonly ImageSample[],
  pool: ImagePool,
  { batchSize, depth = 2 }: PrefetchOptions,
): AsyncGenerator<ImageBatch> {
  const waiting: Promise<ImageBatch>[] = [];
  let next = 0;
  while (next < samples.length || waiting.length > 0) {
    while (next < samples.length && waiting.length <= depth) {
      const batch = prepareBatch(samples, next, Math.min(next + batchSize, samples.length), pool);
      batch.catch(() => {}); // Awaited below, in its turn; until then a rejection is not unhandled.
      waiting.push(batch);
      next += batchSize;
    }
    yield await waiting.shift()!;
  }
}

async function prepareBatch(
  samples: readonly ImageSample[],
  from: number,
  to: number,
  pool: ImagePool,
): Promise<ImageBatch> {
  const settled = await Promise.allSettled(
    samples.slice(from, to).map(({ image }) => pool.preprocess(image)),
  );
  const indices: number[] = [];
  const tensors: Float32Array[] = [];
  const bad: BadSample[] = [];
  settled.forEach((outcome, offset) => {
    const index = from + offset;
    if (outcome.status === 'fulfilled') {
      indices.push(index);
      tensors.push(outcome.value);
    } else if (outcome.reason instanceof TurboError) {
      bad.push({ index, id: samples[index]!.id, reason: outcome.reason.what });
    } else {
      throw outcome.reason;
    }
  });
  return { indices, pixels: stacked(tensors, indices, samples), bad };
}

function stacked(
  tensors: readonly Float32Array[],
  indices: readonly number[],
  samples: readonly ImageSample[],
): Float32Array {
  const length = tensors[0]?.length ?? 0;
  const pixels = new Float32Array(tensors.length * length);
  tensors.forEach((tensor, position) => {
    if (tensor.length !== length) {
      throw new TurboError('images of different sizes cannot be one batch', {
        where: samples[indices[position]!]!.id,
        value: tensor.length,
        allowed: `${length} values, as ${samples[indices[0]!]!.id} has`,
        next: 'use a preprocessor that crops to one size',
      });
    }
    pixels.set(tensor, position * length);
  });
  return pixels;
}

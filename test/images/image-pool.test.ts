import { describe, expect, it } from 'vitest';
import { createImagePool, type ImagePool } from '../../src/images/image-pool.js';
import { type ImageBatch, prefetchBatches } from '../../src/images/prefetch.js';
import { preprocessImage } from '../../src/images/preprocess.js';
import { parsePreprocessor } from '../../src/images/preprocessor.js';
import { pathOf } from './golden-images.js';

const preprocessor = parsePreprocessor({
  image_processor_type: 'ViTImageProcessor',
  size: { height: 8, width: 8 },
});
const sample = (file: string) => ({ id: file, image: { kind: 'file', path: pathOf(file) } as const });
const FILES = ['rgb.png', 'gray.jpg', 'lossy.webp', 'noise.png', 'palette.png'];

/** A worker thread of the TypeScript source. */
const threaded = (threads: number) =>
  createImagePool({
    preprocessor,
    threads,
    workerFile: new URL('./image-worker-from-source.mjs', import.meta.url),
  });

async function collect(batches: AsyncIterable<ImageBatch>): Promise<ImageBatch[]> {
  const all: ImageBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe.each([
  { where: 'the calling thread', open: () => createImagePool({ preprocessor, threads: 0 }), threads: 0 },
  { where: 'worker threads', open: () => threaded(2), threads: 2 },
])('an image pool in $where', ({ open, threads }) => {
  it('gives batches in order, with what a single call gives, and names broken images', async () => {
    const pool = open();
    try {
      expect(pool.threads).toBe(threads);
      const samples = [...FILES.slice(0, 3), 'truncated.jpg', ...FILES.slice(3)].map(sample);
      const batches = await collect(prefetchBatches(samples, pool, { batchSize: 4 }));
      expect(batches.map(({ indices }) => indices)).toEqual([
        [0, 1, 2],
        [4, 5],
      ]);
      expect(batches[0]!.bad).toEqual([
        {
          index: 3,
          id: 'truncated.jpg',
          reason: expect.stringMatching(/truncated\.jpg cannot be decoded: .*(premature|cut off)/),
        },
      ]);
      const one = await preprocessImage(pathOf('noise.png'), preprocessor);
      expect(batches[1]!.pixels.subarray(0, one.length)).toEqual(one);
    } finally {
      await pool.close();
    }
  });
});

it('rejects what is asked of a closed pool', async () => {
  const pool = threaded(1);
  const underWay = pool.preprocess(pathOf('rgb.png')).catch((thrown: Error) => thrown.message);
  await pool.close();
  expect(await underWay).toContain('closed');
  await expect(pool.preprocess(pathOf('rgb.png'))).rejects.toThrow('closed');
});

describe('prefetching', () => {
  const idle = (preprocess: ImagePool['preprocess']): ImagePool => ({
    threads: 0,
    preprocess,
    close: async () => {},
  });

  it('never has more than `depth` batches waiting beside the one in use', async () => {
    let asked = 0;
    const pool = idle(async () => {
      asked++;
      return new Float32Array(3);
    });
    const samples = Array.from({ length: 40 }, (_, index) => sample(`${index}.png`));
    let used = 0;
    for await (const { indices } of prefetchBatches(samples, pool, { batchSize: 4, depth: 2 })) {
      used += indices.length;
      expect(asked).toBeLessThanOrEqual(used + 2 * 4);
    }
    expect(used).toBe(40);
  });

  it('refuses to stack images of different sizes', async () => {
    let size = 3;
    const pool = idle(async () => new Float32Array(size++));
    const batches = prefetchBatches(FILES.map(sample), pool, { batchSize: 2 });
    await expect(collect(batches)).rejects.toThrow('different sizes');
  });

  it('passes defects on', async () => {
    const pool = idle(() => Promise.reject(new RangeError('a defect')));
    await expect(collect(prefetchBatches(FILES.map(sample), pool, { batchSize: 2 }))).rejects.toThrow(
      'a defect',
    );
  });
});

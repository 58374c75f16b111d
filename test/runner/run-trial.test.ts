import { describe, expect, it } from 'vitest';
import { type Session, tensorData } from '../../src/engines/index.js';
import { TurboError } from '../../src/errors/turbo-error.js';
import type { ImagePool } from '../../src/images/image-pool.js';
import type { ImageSample } from '../../src/images/prefetch.js';
import { cachedPool } from '../../src/runner/pixel-cache.js';
import { endToEndThroughput, runTrial, type TrialEquipment } from '../../src/runner/run-trial.js';
import { type PreparedTask, rowStore } from '../../src/tasks/task.js';

/** Images whose pixels are all their own number. */
function sample(number: number): ImageSample {
  const data = new Uint8Array(3).fill(number);
  return { id: `image ${number}`, image: { kind: 'pixels', width: 1, height: 1, data } };
}
const samples = (count: number) => Array.from({ length: count }, (_, number) => sample(number));

function pool(bad: readonly number[] = []): ImagePool & { asked: number } {
  return {
    asked: 0,
    threads: 0,
    async preprocess(image) {
      this.asked++;
      const number = (image as { data: Uint8Array }).data[0]!;
      if (bad.includes(number)) throw new TurboError('the file is not a picture');
      return new Float32Array(3).fill(number);
    },
    close: async () => {},
  };
}

/** A clock that moves only when a session runs. */
function world() {
  let time = 0;
  const log: string[] = [];
  const session = (name: string, ms: number, answer = (pixel: number) => pixel * 10): Session => ({
    device: 'cpu',
    async run({ pixel_values }) {
      time += ms;
      const images = pixel_values!.shape[0]!;
      log.push(`${name} ${images}`);
      const rows = Float32Array.from({ length: images }, (_, image) =>
        answer(Number(pixel_values!.data[image * 3])),
      );
      const sizes = new Float32Array(images * 2).fill(2);
      return { features: tensorData(rows, [images, 1]), token_sizes: tensorData(sizes, [images, 2]) };
    },
    release: async () => {},
  });
  return { now: () => time, log, session };
}

function taskOn(all: readonly ImageSample[], references: readonly ImageSample[] = []): PreparedTask {
  return {
    kind: 'scored',
    samples: all,
    references,
    outputs: ['features'],
    decodes: true,
    metricsNote: '',
    start() {
      const rows = rowStore(all.length);
      const known = rowStore(references.length);
      return {
        add: (positions, outputs) => rows.set(positions, outputs.features!),
        addReference: (positions, outputs) => known.set(positions, outputs.features!),
        count: () => rows.count(),
        score: () => {
          const { rows: values, positions } = rows.filled();
          const right = positions.filter((position, row) => values[row] === position * 10).length;
          return { right: right / all.length, references: known.count() };
        },
      };
    },
  };
}

function equipment(
  changes: Partial<TrialEquipment> & Pick<TrialEquipment, 'task' | 'variant' | 'now'>,
): TrialEquipment {
  return {
    baseline: null,
    pool: pool(),
    image: { height: 1, width: 1, channels: 3 },
    tokenMass: null,
    timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 3 },
    batchSize: 4,
    ...changes,
  };
}

/** A variant whose image encoder is all. */
const alone = (encoder: Session) => ({ encoder, textSide: null });

describe('runTrial', () => {
  it('times baseline and variant in turn, then runs what is left with the variant alone', async () => {
    const { now, log, session } = world();
    const seen = await runTrial(
      equipment({
        task: taskOn(samples(30)),
        baseline: alone(session('A', 20)),
        variant: alone(session('B', 10)),
        now,
      }),
    );
    expect(log.slice(0, 8)).toEqual(['A 4', 'B 4', 'A 4', 'B 4', 'A 4', 'B 4', 'A 4', 'B 4']);
    expect(log.slice(8)).toEqual(['B 4', 'B 4', 'B 4', 'B 2']);
    expect(seen.baselineMs).toEqual([20, 20, 20]);
    expect(seen.variantMs).toEqual([10, 10, 10]);
    expect(seen).toMatchObject({ timedBatchSize: 4, sampleCount: 30, predictionCount: 30 });
    expect(seen.metrics.right).toBe(1);
  });

  it('goes round the samples when there are too few to be timed long enough, and scores each once', async () => {
    const { now, log, session } = world();
    const timing = { warmupSeconds: 0, minSeconds: 0, minRuns: 9 };
    const seen = await runTrial(
      equipment({ task: taskOn(samples(10)), variant: alone(session('B', 10)), now, timing }),
    );
    expect(seen.variantMs).toHaveLength(9);
    expect(seen.metrics.right).toBe(1);
    expect(log.filter((entry) => entry === 'B 2')).toHaveLength(1);
  });

  it('times batches as small as the dataset when it is smaller than a batch', async () => {
    const { now, session } = world();
    const seen = await runTrial(
      equipment({ task: taskOn(samples(3)), variant: alone(session('B', 10)), now }),
    );
    expect(seen).toMatchObject({ timedBatchSize: 3, predictionCount: 3 });
  });

  it('names bad images, scores the others, and times only full batches', async () => {
    const { now, session } = world();
    const seen = await runTrial(
      equipment({ task: taskOn(samples(12)), variant: alone(session('B', 10)), now, pool: pool([1, 9]) }),
    );
    expect(seen.badSamples.map(({ id }) => id)).toEqual(['image 1', 'image 9']);
    expect(seen).toMatchObject({ sampleCount: 10, predictionCount: 10, timedBatchSize: 4 });
    expect(seen.metrics.right).toBeCloseTo(10 / 12);
  });

  it('says when no image can be read, when there is none, and when no batch is complete', async () => {
    const { now, session } = world();
    const run = (count: number, bad: readonly number[]) =>
      runTrial(
        equipment({ task: taskOn(samples(count)), variant: alone(session('B', 1)), now, pool: pool(bad) }),
      );
    await expect(run(3, [0, 1, 2])).rejects.toThrow(/No image of the dataset can be read[\s\S]*image 0/);
    await expect(run(0, [])).rejects.toThrow('the dataset is empty');
    await expect(run(8, [0, 4])).rejects.toThrow('no batch is complete');
  });

  it('counts outputs that are not finite', async () => {
    const { now, session } = world();
    const broken = session('B', 10, (pixel) => (pixel === 5 ? Number.NaN : pixel * 10));
    const seen = await runTrial(equipment({ task: taskOn(samples(16)), variant: alone(broken), now }));
    expect(seen.nonFiniteOutputs).toBe(1);
  });

  it('adds the token sizes of every image up', async () => {
    const { now, session } = world();
    const seen = await runTrial(
      equipment({ task: taskOn(samples(8)), variant: alone(session('B', 10)), now, tokenMass: 4 }),
    );
    expect(seen.worstTokenMass).toBe(4);
  });

  it('encodes the reference images before it scores', async () => {
    const { now, session } = world();
    const task = taskOn(samples(8), samples(6));
    const seen = await runTrial(equipment({ task, variant: alone(session('B', 10)), now }));
    expect(seen.metrics.references).toBe(6);
  });

  it('tells how far it is', async () => {
    const { now, session } = world();
    const told: number[] = [];
    const onProgress = (done: number) => told.push(done);
    await runTrial(
      equipment({ task: taskOn(samples(12)), variant: alone(session('B', 1)), now, onProgress }),
    );
    expect(told).toEqual([4, 8, 12, 12]);
  });
});

describe('endToEndThroughput', () => {
  it('counts images after the first batch against the time they took', async () => {
    const { now, session } = world();
    const given = equipment({ task: taskOn(samples(20)), variant: alone(session('B', 40)), now });
    expect(await endToEndThroughput(given, pool(), 0.1)).toBe(100);
  });

  it('is not known when there is only one batch', async () => {
    const { now, session } = world();
    const given = equipment({ task: taskOn(samples(4)), variant: alone(session('B', 40)), now });
    expect(await endToEndThroughput(given, pool(), 0.1)).toBeNull();
  });
});

describe('cachedPool', () => {
  it('prepares each image once, as far as the memory goes', async () => {
    const inner = pool();
    const images = samples(4);
    const cached = cachedPool(inner, 3 * 12);
    for (let round = 0; round < 2; round++) for (const { image } of images) await cached.preprocess(image);
    expect(inner.asked).toBe(4 + 1);
  });

  it('is filled before anything is timed, and leaves bad images to their batch', async () => {
    const inner = pool([1]);
    const images = samples(4).map(({ image }) => image);
    const cached = cachedPool(inner, 1000);
    await cached.fill(images);
    const asked = inner.asked;
    await cached.preprocess(images[0]!);
    expect(inner.asked).toBe(asked);
    await expect(cached.preprocess(images[1]!)).rejects.toThrow('not a picture');
  });

  it('hands on that an image is bad, every time', async () => {
    const cached = cachedPool(pool([0]), 1000);
    for (let round = 0; round < 2; round++)
      await expect(cached.preprocess(sample(0).image)).rejects.toThrow('not a picture');
  });
});

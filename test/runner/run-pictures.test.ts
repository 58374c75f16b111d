import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MeasureOptions } from '../../src/experiment/measure-options.js';
import { readDescribedPng } from '../../src/images/described-png.js';
import type { RgbImage } from '../../src/images/rgb-image.js';
import { openPictureMaker, type PictureMaker } from '../../src/tasks/diffusion/picture-maker.js';
import {
  emptyFolder,
  imageToImage,
  picturesIn,
  runSmall,
  SIDE,
  SMALL_PIPELINE,
  smallTask,
  TOMESD,
  textToImage,
} from './small-pictures.js';
import { startWorkerProcess } from './start-worker.js';

const NAMES = ['0.png', '1.png', '2.png', '3.png', '4.png'];
const pngs = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .sort();
const bytes = (folder: string, name: string) => readFileSync(join(folder, name));
const timesOf = (folder: string) =>
  new Map(pngs(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]));

/** A maker that tells how many pictures went through the U-Net, and throws when it is told to. */
function counting(maker: PictureMaker, mostPictures = Number.POSITIVE_INFINITY) {
  const denoised: number[][] = [];
  const denoisers: unknown[] = [];
  const counted: PictureMaker = {
    ...maker,
    denoise: (...args) => {
      if (denoised.flat().length >= mostPictures) throw new Error('the power is gone');
      denoised.push([...args[1].positions]);
      denoisers.push(args[0]);
      return maker.denoise(...args);
    },
  };
  return { maker: counted, denoised, denoisers };
}

function largestDifference(a: RgbImage, b: RgbImage): number {
  return a.data.reduce((most, value, at) => Math.max(most, Math.abs(value - b.data[at]!)), 0);
}

describe.each([
  ['text-to-image', textToImage()],
  ['image-to-image', imageToImage({ scheduler: 'euler-ancestral' })],
])('pictures of %s', async (_, options) => {
  const task = await smallTask(options);
  const maker = await openPictureMaker(task);
  afterAll(() => maker.release());

  it('are made of variant and baseline, and are the same to the bit in a second run', async () => {
    const [first, second] = [await runSmall(task, { maker }), await runSmall(task)];
    for (const side of ['own', 'baseline'] as const) {
      expect(pngs(first[side])).toEqual(NAMES);
      for (const name of NAMES) expect(bytes(second[side], name)).toEqual(bytes(first[side], name));
    }
    expect(bytes(first.own, '0.png')).not.toEqual(bytes(first.baseline, '0.png'));
    expect(bytes(first.own, '0.png')).not.toEqual(bytes(first.own, '1.png'));
  });

  it('made four at once equal those made one by one within 1/255', async () => {
    const four = await runSmall(task, { maker, batchSize: 4 });
    const one = await runSmall(task, { maker, batchSize: 1 });
    for (let picture = 0; picture < 5; picture++)
      expect(
        largestDifference(await four.pictures.read(picture), await one.pictures.read(picture)),
      ).toBeLessThanOrEqual(1);
  });
});

describe('a trial that makes pictures', async () => {
  const task = await smallTask();
  const maker = await openPictureMaker(task);
  afterAll(() => maker.release());

  it('times every part of variant and baseline in every round', async () => {
    let now = 0;
    const { own } = await runSmall(
      task,
      { maker },
      {
        timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 3 },
        now: () => now++,
      },
    );
    const parts = { textMs: [1, 1, 1], startMs: [1, 1, 1], denoisingMs: [1, 1, 1], decodingMs: [1, 1, 1] };
    expect(JSON.parse(readFileSync(join(own, 'timing.json'), 'utf8'))).toEqual({
      batchSize: 2,
      baseline: parts,
      variant: parts,
      seen: {},
    });
  });

  it('lets baseline and variant make the same batches in turn', async () => {
    const { maker: counted, denoised, denoisers } = counting(maker);
    await runSmall(task, { maker: counted });
    // A round to warm up and one that is timed; then the smaller batch that is left, for each by itself.
    expect(denoised).toEqual([[0, 1], [0, 1], [2, 3], [2, 3], [4], [4]]);
    const [baseline, variant] = denoisers;
    expect(variant).not.toBe(baseline);
    expect(denoisers).toEqual([baseline, variant, baseline, variant, variant, baseline]);
  });

  it('goes on with the pictures that an interrupted run has not made, and does not time again what was timed', async () => {
    const whole = await runSmall(task, { maker });
    const own = emptyFolder();
    const { baseline } = whole;
    // One round to warm up and one that counts, each for baseline and variant; then the last, smaller batch.
    const first = counting(maker, 8);
    await expect(runSmall(task, { own, baseline, maker: first.maker })).rejects.toThrow('the power is gone');
    expect(pngs(own)).toEqual(NAMES.slice(0, 4));
    const before = timesOf(own);
    const second = counting(maker);
    await runSmall(task, { own, baseline, maker: second.maker });
    expect(second.denoised).toEqual([[4]]);
    for (const [name, time] of before) expect(timesOf(own).get(name)).toBe(time);
    for (const name of NAMES) expect(bytes(own, name)).toEqual(bytes(whole.own, name));
    const third = counting(maker);
    await runSmall(task, { own, baseline, maker: third.maker });
    expect(third.denoised).toEqual([]);
  });

  it('is timed anew when it is repeated, with the pictures that it has', async () => {
    const { own, baseline } = await runSmall(task, { maker });
    const before = timesOf(own);
    const again = counting(maker);
    await runSmall(task, { own, baseline, maker: again.maker }, { timesAnew: true });
    expect(again.denoised).toEqual([
      [0, 1],
      [0, 1],
      [2, 3],
      [2, 3],
    ]);
    expect(timesOf(own)).toEqual(before);
  });

  it('keeps with its times what disturbed them, for the run that goes on', async () => {
    const watch = { begin: () => {}, end: () => {} };
    const busy = { watch, seen: () => ({ clockBackMs: 0, otherLoad: 0.8 }) };
    const idle = { watch, seen: () => ({ clockBackMs: 0, otherLoad: 0 }) };
    const first = await runSmall(task, { maker }, { window: busy });
    expect(first.timing.seen).toEqual({ clockBackMs: 0, otherLoad: 0.8 });
    expect((await runSmall(task, { ...first, maker }, { window: idle })).timing).toEqual(first.timing);
    const repeated = await runSmall(task, { ...first, maker }, { window: idle, timesAnew: true });
    expect(repeated.timing.seen.otherLoad).toBe(0);
  });

  it('makes a picture again that is damaged, or was made in another way', async () => {
    const { own, baseline } = await runSmall(task, { maker });
    const [sound, other] = [bytes(own, '1.png'), bytes(own, '4.png')];
    writeFileSync(join(own, '1.png'), sound.subarray(0, sound.length - 40));
    writeFileSync(join(own, '4.png'), bytes(baseline, '4.png'));
    expect((await picturesIn(own, task, TOMESD)).size()).toBe(3);
    const { pictures } = await runSmall(task, { own, baseline, maker });
    expect(pictures.size()).toBe(5);
    expect(bytes(own, '1.png')).toEqual(sound);
    expect(bytes(own, '4.png')).toEqual(other);
  });

  it('writes into every picture how it was made', async () => {
    const { own } = await runSmall(task, { maker });
    const found = await readDescribedPng(join(own, '3.png'));
    expect(found!.description).toEqual({
      ...{ software: 'turbo-bench 0', trial: 'abc', model: 'sd1', task: 'text-to-image' },
      ...{ prompt: task.requests[3]!.prompt, negativePrompt: '', seed: 3, picture: 3, steps: 2 },
      ...{ guidanceScale: 7.5, clipSkip: 0, scheduler: 'pndm' },
      reduction: TOMESD,
    });
  });

  it('counts values that are no number, also those of an earlier run', async () => {
    const broken: PictureMaker = {
      ...maker,
      decode: async (latents) => {
        const made = await maker.decode(latents);
        (made.data as Float32Array)[0] = Number.NaN;
        return made;
      },
    };
    const first = await runSmall(task, { maker: broken });
    expect(first.pictures.nonFiniteValues()).toBe(3);
    const second = await runSmall(task, { ...first, maker });
    expect(second.pictures.nonFiniteValues()).toBe(3);
  });
});

describe('a worker process that is killed while it makes pictures', { timeout: 120_000 }, () => {
  it('leaves whole files, and the next one makes only what is missing', async () => {
    const [own, baseline] = [join(emptyFolder(), 'own'), join(emptyFolder(), 'baseline')];
    const setup = {
      model: { model: `./${SMALL_PIPELINE}`, weights: 'checkpoint', name: 'sd1', imageSize: SIDE } as const,
      engine: {
        ...{ name: 'onnxruntime', device: 'cpu', threads: 1, graphOptimizationLevel: 'all' as const },
        ...{ skipUnreadRows: false, sessionOptions: {} },
      },
      measure: {
        ...MeasureOptions.parse({ minSeconds: 0, minRuns: 1, warmupSeconds: 0, memory: false }),
        batchSize: 2,
      },
      ...{ seed: 3, limit: null, makesPictures: true, pixelCacheBytes: 1e6 },
    };
    const job = {
      kind: 'trial' as const,
      task: textToImage({ pictures: 24 }),
      reduction: TOMESD,
      pictures: {
        own: { folder: own, fingerprint: 'own' },
        baseline: { folder: baseline, fingerprint: 'base' },
        timesAnew: false,
      },
    };
    const first = startWorkerProcess(setup);
    const made = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (!existsSync(own) || pngs(own).length < 6) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    const crash = expect(first.run(job)).rejects.toThrow('was ended by SIGKILL');
    await made;
    first.kill();
    await crash;
    const before = timesOf(own);
    expect(before.size).toBeLessThan(24);
    const second = startWorkerProcess(setup);
    const report = await second.run(job);
    await second.close();
    if (report.kind !== 'trial') throw new Error('another kind');
    expect(report.observation).toMatchObject({ predictionCount: 24, sampleCount: 24, nonFiniteOutputs: 0 });
    expect(report.observation.metrics.psnr).toBeGreaterThan(10);
    expect(pngs(own)).toHaveLength(24);
    for (const [name, time] of before) expect(timesOf(own).get(name)).toBe(time);
  });
});

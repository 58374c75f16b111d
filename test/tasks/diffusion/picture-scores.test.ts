import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../../src/datasets/open-dataset.js';
import { openEngine } from '../../../src/engines/index.js';
import { modelChoice } from '../../../src/experiment/model-entry.js';
import { decodeSource } from '../../../src/images/decode.js';
import type { RgbImage } from '../../../src/images/rgb-image.js';
import { featureStatistics } from '../../../src/metrics/generative/feature-statistics.js';
import { writeStatisticsFile } from '../../../src/metrics/generative/statistics-file.js';
import type { Pipeline } from '../../../src/models/stable-diffusion/pipeline.js';
import { openTrialModel, preprocessorOf } from '../../../src/runner/open-trial-model.js';
import { distributionScores, referenceFeatures } from '../../../src/tasks/diffusion/distribution.js';
import { MOST_PSNR, pictureFidelity } from '../../../src/tasks/diffusion/fidelity.js';
import { DistributionOptions, TextToImageOptions } from '../../../src/tasks/diffusion/options.js';
import { type JudgeSources, openPictureScorer } from '../../../src/tasks/diffusion/picture-scores.js';
import type { PictureTask } from '../../../src/tasks/diffusion/prepare.js';
import { outcomeMeans } from '../outcome-means.js';

/** What would be drawn if a model drew as people do: pictures of a dataset, with prompts that name their classes. */
const { samples, classes, templates } = ofKind(
  await openDataset('emoji-objects', { split: 'val', limit: 24 }),
  'classification',
);
const drawn = await Promise.all(samples.map(({ image }) => decodeSource(image)));
const engine = await openEngine('onnxruntime');
const sources: JudgeSources = {
  async openJudge(reference) {
    const model = await openTrialModel(modelChoice(reference), 0);
    return { name: 'emoji-clip', model, preprocessor: preprocessorOf(model) };
  },
  openInception: () => Promise.reject(new Error('nobody asked for Inception')),
};

function taskWith(options: object, weightsKind: Pipeline['weightsKind'] = 'checkpoint'): PictureTask {
  return {
    options: TextToImageOptions.parse({ task: 'text-to-image', prompts: 'x', ...options }),
    requests: samples.map(({ label }) => ({ prompt: `a ${classes[label]!.name}`, label, start: null })),
    pipeline: { weightsKind } as Pipeline,
    ...{ classes, templates, engine, session: { threads: 1 }, seed: 0 },
  } as unknown as PictureTask;
}
const all = { read: async (picture: number) => drawn[picture]! };
const shifted = { read: async (picture: number) => drawn[(picture + 5) % drawn.length]! };
const SCORED = {
  scoreWith: './models/emoji-clip',
  distribution: { reference: 'emoji-objects', split: 'val', limit: 24 },
};

describe('the judgement of pictures', () => {
  it('recognises what the prompts name, and does not where pictures are exchanged', async () => {
    const scorer = await openPictureScorer(taskWith(SCORED), sources);
    const right = await scorer.score(all, null);
    const wrong = await scorer.score(shifted, all);
    await scorer.close();
    expect(right.metrics.zeroShotTop1).toBeGreaterThan(0.6);
    expect(wrong.metrics.zeroShotTop1).toBeLessThan(0.2);
    expect(right.metrics.clipScore!).toBeGreaterThan(wrong.metrics.clipScore! + 5);
    expect(Object.keys(right.metrics)).toEqual(['zeroShotTop1', 'clipScore', 'frechet-emoji-clip', 'cmmd']);
    // The same pictures in another order are the same distribution.
    for (const name of ['frechet-emoji-clip', 'cmmd']) {
      expect(right.metrics[name]).toBeCloseTo(0, 6);
      expect(wrong.metrics[name]).toBeCloseTo(right.metrics[name]!, 6);
    }
    expect(right.note).toMatch(
      /frechet-emoji-clip: 24 pictures, fewer than 193.*; cmmd: 24 pictures, fewer than 1,000/,
    );
    const { zeroShotTop1, clipScore } = right.metrics;
    expect(outcomeMeans(right.outcomes)).toEqual({ zeroShotTop1, clipScore });
    expect(right.psnr).toBeNull();
    expect(wrong.psnr).toHaveLength(24);
  });

  it('does without accuracy where a prompt names no class', async () => {
    const task = taskWith({ scoreWith: SCORED.scoreWith });
    const requests = task.requests.map((request, at) => (at === 3 ? { ...request, label: null } : request));
    const scorer = await openPictureScorer({ ...task, requests }, sources);
    expect(Object.keys((await scorer.score(all, null)).metrics)).toEqual(['clipScore']);
    await scorer.close();
  });

  it('says nothing of pictures by random weights but how far merging changes them', async () => {
    const scorer = await openPictureScorer(taskWith(SCORED, 'random'), sources);
    expect((await scorer.score(all, null)).metrics).toEqual({});
    const { metrics, note } = await scorer.score(shifted, all);
    expect(Object.keys(metrics)).toEqual(['psnr', 'ssim', 'mae']);
    expect(note).toBe('random weights');
  });

  it('is refused by a model that cannot judge', async () => {
    for (const scoreWith of ['random:clip-b32', './test/fixtures/models/vit'])
      await expect(openPictureScorer(taskWith({ scoreWith }), sources)).rejects.toThrow(
        /cannot be judged by this model[\s\S]*such as .*emoji-clip/,
      );
  });
});

describe('fidelity', () => {
  const plain = (value: number): RgbImage => ({
    width: 12,
    height: 12,
    data: new Uint8Array(432).fill(value),
  });

  it('is the mean over the pictures, an unchanged picture counting 100 dB', () => {
    const fidelity = pictureFidelity();
    expect(fidelity.metrics()).toEqual({});
    fidelity.add(plain(100), plain(100));
    fidelity.add(plain(100), plain(110));
    const psnr = 20 * Math.log10(255 / 10);
    expect(fidelity.psnr()).toEqual([MOST_PSNR, expect.closeTo(psnr, 10)]);
    expect(fidelity.metrics()).toMatchObject({ psnr: expect.closeTo((100 + psnr) / 2, 10), mae: 5 });
  });

  it('has no SSIM for pictures smaller than its window', () => {
    const fidelity = pictureFidelity();
    const small = { width: 4, height: 4, data: new Uint8Array(48) };
    fidelity.add(small, { ...small, data: new Uint8Array(48).fill(255) });
    expect(fidelity.metrics()).toEqual({ psnr: 0, mae: 255 });
  });
});

describe('distances to a reference', () => {
  const extractor = {
    ...({ kind: 'inception', name: 'inception', width: 2 } as const),
    embed: async (images: readonly RgbImage[]) =>
      Float32Array.from(images.flatMap(({ data }) => [data[0]!, data[1]!])),
  };
  const features = Float32Array.from({ length: 40 }, (_, at) => (at * 7) % 11);

  it('are called FID and KID on features of Inception alone', async () => {
    const reference = { statistics: featureStatistics(features, 2), rows: features };
    const { metrics } = distributionScores(extractor, features, reference, 0);
    expect(Object.keys(metrics)).toEqual(['fid', 'kid']);
    expect(metrics.fid).toBeCloseTo(0, 6);
    const clip = distributionScores({ ...extractor, kind: 'clip', name: 'small' }, features, reference, 0);
    expect(Object.keys(clip.metrics)).toEqual(['frechet-small', 'cmmd']);
  });

  it('are read from a file of statistics, of which there is no KID, and whose width must fit', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'statistics-')), 'own.npz');
    await writeStatisticsFile(file, featureStatistics(features, 2));
    const options = DistributionOptions.parse({ reference: file, features: ['inception'] });
    const reference = await referenceFeatures(options, extractor, 0);
    const { metrics, notes } = distributionScores(extractor, features, reference, 0);
    expect(Object.keys(metrics)).toEqual(['fid']);
    expect(notes).toEqual([expect.stringMatching(/^fid: 20 pictures, fewer than 10,000/)]);
    await expect(referenceFeatures(options, { ...extractor, width: 3 }, 0)).rejects.toThrow(
      /of another network[\s\S]*own\.npz/,
    );
  });
});

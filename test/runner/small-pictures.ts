/** A tiny pipeline that makes pictures of 32 × 32 pixels in a few steps, and folders for them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEngine } from '../../src/engines/index.js';
import type { Denoiser } from '../../src/models/stable-diffusion/denoiser.js';
import { openPipeline } from '../../src/models/stable-diffusion/open-pipeline.js';
import { diffusionMergingOf, parseReduction } from '../../src/reduction/registry.js';
import { openPictureFolder, type PictureFolder } from '../../src/runner/picture-folder.js';
import { pictureParameters } from '../../src/runner/picture-parameters.js';
import {
  type PictureTiming,
  type PictureTrialEquipment,
  runPictureTrial,
} from '../../src/runner/run-pictures.js';
import {
  ImageToImageOptions,
  type PictureTaskOptions,
  TextToImageOptions,
} from '../../src/tasks/diffusion/options.js';
import { openPictureMaker, type PictureMaker } from '../../src/tasks/diffusion/picture-maker.js';
import { type PictureTask, preparePictureTask } from '../../src/tasks/diffusion/prepare.js';

export const SMALL_PIPELINE = 'test/fixtures/diffusion/sd1';
/** Of the pictures, in pixels. */
export const SIDE = 32;
export const TOMESD = parseReduction({ method: 'tomesd', ratio: 0.5 });

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  folders.push(folder);
  return folder;
}

export const textToImage = (changes: object = {}): PictureTaskOptions =>
  TextToImageOptions.parse({
    ...{ task: 'text-to-image', prompts: 'emoji-prompts', pictures: 5, steps: 2 },
    ...changes,
  });
export const imageToImage = (changes: object = {}): PictureTaskOptions =>
  ImageToImageOptions.parse({
    ...{ task: 'image-to-image', dataset: 'emoji-scenes', pictures: 5, steps: 2, strength: 0.5 },
    ...changes,
  });

export async function smallTask(options = textToImage(), folder = SMALL_PIPELINE): Promise<PictureTask> {
  return preparePictureTask(options, {
    pipeline: await openPipeline({ model: `./${folder}`, imageSize: SIDE }),
    engine: await openEngine('onnxruntime'),
    session: { threads: 1 },
    limit: null,
    seed: 3,
  });
}

export const picturesIn = (folder: string, task: PictureTask, reduction: { readonly method: string }) =>
  openPictureFolder({
    ...{ folder, count: task.requests.length, software: 'turbo-bench 0' },
    parametersOf: (picture) =>
      pictureParameters({
        ...{ picture, request: task.requests[picture]!, options: task.options, seed: task.seed, reduction },
        ...{ fingerprint: 'abc', model: 'sd1', scheduler: task.schedulerName, software: 'turbo-bench 0' },
      }),
  });

export interface SmallRun {
  readonly own: string;
  readonly baseline: string;
  readonly pictures: PictureFolder;
  readonly unmerged: PictureFolder;
  readonly timing: PictureTiming;
}

/** U-Nets with and without merging: opened once for a maker that several runs share, which takes longer than to make five pictures. */
const opened = new WeakMap<PictureMaker['openVariant'], Promise<[Denoiser, Denoiser]>>();
function denoisersOf({ openVariant }: PictureMaker): Promise<[Denoiser, Denoiser]> {
  const known =
    opened.get(openVariant) ?? Promise.all([openVariant(diffusionMergingOf(TOMESD)), openVariant(null)]);
  opened.set(openVariant, known);
  return known;
}

/** Runs the variant beside its baseline. @param maker in place of the task's own, which keeps its U-Nets */
export async function runSmall(
  task: PictureTask,
  {
    own = emptyFolder(),
    baseline = emptyFolder(),
    batchSize = 2,
    maker = undefined as PictureMaker | undefined,
  } = {},
  changes: Partial<PictureTrialEquipment> = {},
): Promise<SmallRun> {
  const making = maker ?? (await openPictureMaker(task));
  const [merging, unmerged] = await denoisersOf(making);
  const variant = { denoiser: merging, folder: await picturesIn(own, task, TOMESD) };
  const plain = { denoiser: unmerged, folder: await picturesIn(baseline, task, { method: 'none' }) };
  try {
    const timing = await runPictureTrial({
      ...{ maker: making, count: task.requests.length, variant, baseline: plain, batchSize },
      timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 1 },
      now: () => performance.now(),
      ...changes,
    });
    return { own, baseline, pictures: variant.folder, unmerged: plain.folder, timing };
  } finally {
    if (maker === undefined) {
      await variant.denoiser.release();
      await plain.denoiser.release();
      await making.release();
    }
  }
}

/** An experiment on random weights: the same architectures and reductions, timed on random pixels. Nothing of it needs weights or data. */
import { TurboError } from '../errors/turbo-error.js';
import { modelChoice } from '../experiment/model-entry.js';
import type { Experiment } from '../experiment/schema.js';
import { isPipelinePreset } from '../models/stable-diffusion/open-pipeline.js';
import type { PictureTaskOptions } from '../tasks/diffusion/options.js';
import { makesPictures } from '../tasks/diffusion/options.js';
import type { TaskOptions } from '../tasks/options.js';

export interface StandIn {
  readonly preset: string;
  readonly imageSize?: number | undefined;
}

/** Batches of random images that are made, so that a pass meets more than one. */
const BATCHES = 2;

/**
 * @param presets the architecture that stands in for each model, by its name; other models are left out
 * @throws TurboError when none is left
 */
export function withRandomWeights(
  experiment: Experiment,
  presets: Readonly<Record<string, StandIn>>,
): Experiment {
  const choices = experiment.models.map(modelChoice).filter(({ name }) => name in presets);
  if (choices.length === 0)
    throw new TurboError('No architecture with random weights stands in for a model of this experiment', {
      value: experiment.models.map((model) => modelChoice(model).name),
      allowed: Object.keys(presets).join(', ') || 'none is named',
      next: 'Leave --random-weights out.',
    });
  const models = choices.map(({ name, imageSize }) => {
    const { preset, imageSize: side = imageSize } = presets[name]!;
    return { name, preset, weights: 'random' as const, ...(side === undefined ? {} : { imageSize: side }) };
  });
  const names = models.map(({ name }) => name);
  const pipelines = models.filter(({ preset }) => isPipelinePreset(preset)).map(({ name }) => name);
  const encoders = names.filter((name) => !pipelines.includes(name));
  const images = BATCHES * largestOf(experiment.measure.batchSize);
  const pictureTask = experiment.tasks.find(makesPictures);
  const tasks: TaskOptions[] = [
    ...(encoders.length === 0 ? [] : [{ task: 'throughput' as const, images, models: encoders }]),
    ...(pipelines.length === 0 || pictureTask === undefined
      ? []
      : [{ ...unjudged(pictureTask), pictures: images, models: pipelines }]),
  ];
  const reduction = experiment.reduction.flatMap((entry) => {
    if (!Array.isArray(entry.models)) return [entry];
    const own = entry.models.map(String).filter((name) => names.includes(name));
    return own.length === 0 ? [] : [{ ...entry, models: own }];
  });
  return { ...experiment, name: randomName(experiment.name), models, tasks, reduction };
}

/** Where the largest batch is looked for, there must be images to fill it. */
const IMAGES_TO_SEARCH = 256;

function largestOf(batchSize: Experiment['measure']['batchSize']): number {
  return Math.max(...[batchSize].flat().map((size) => (size === 'max' ? IMAGES_TO_SEARCH : size)));
}

function unjudged({ scoreWith: _, distribution: __, ...task }: PictureTaskOptions): PictureTaskOptions {
  return task as PictureTaskOptions;
}

const ENDING = '-random-weights';
const LONGEST_NAME = 64;

/** Another folder than that of the real weights. */
function randomName(name: string): string {
  return `${name.slice(0, LONGEST_NAME - ENDING.length)}${ENDING}`;
}

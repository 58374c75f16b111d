/** A task that makes pictures, made ready for one pipeline: prompts, ids, scheduler, all that its variants share. */
import type { Scheduler } from '../../diffusion/schedulers/scheduler.js';
import { firstStepOf } from '../../diffusion/strength.js';
import type { Engine, SessionOptions } from '../../engines/index.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { BadSample } from '../../images/prefetch.js';
import type { Pipeline } from '../../models/stable-diffusion/pipeline.js';
import { pipelineScheduler } from '../../models/stable-diffusion/pipeline-scheduler.js';
import type { PictureTaskOptions } from './options.js';
import { type PictureRequestSetting, type PictureRequests, pictureRequests } from './picture-requests.js';
import { type PromptRows, promptRows } from './prompt-rows.js';
import { readableStarts } from './readable-starts.js';

export interface PictureTaskSetting extends PictureRequestSetting {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
}

/** How a task denoises with one pipeline. */
export interface DenoisingCourse {
  readonly scheduler: Scheduler;
  readonly schedulerName: string;
  /** All of its values, defaults filled in. */
  readonly schedulerConfig: Readonly<Record<string, unknown>>;
  /** The first call that is made; later than 0 in image-to-image. */
  readonly firstCall: number;
  /** Calls of the network for every picture. */
  readonly calls: number;
}

export interface PictureTask extends PictureRequests, DenoisingCourse {
  /** Pictures to start from that were left out. */
  readonly badSamples: readonly BadSample[];
  readonly options: PictureTaskOptions;
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly seed: number;
  readonly rows: PromptRows;
}

/** @throws TurboError for a part of a pipeline, prompts or pictures that cannot be read, and a scheduler that cannot be had */
export async function preparePictureTask(
  options: PictureTaskOptions,
  setting: PictureTaskSetting,
): Promise<PictureTask> {
  const { pipeline, engine, session, seed } = setting;
  requireWhole(pipeline);
  const wanted = await pictureRequests(options, setting);
  const { requests, badSamples } = await readableStarts(wanted.requests);
  const said = requests.map(({ prompt }) => prompt);
  return {
    ...wanted,
    ...denoisingCourse(options, pipeline),
    ...{ requests, badSamples, options, pipeline, engine, session, seed },
    rows: await promptRows(pipeline, [...said, options.negativePrompt]),
  };
}

/** @throws TurboError for a scheduler that is not there, or more steps than it was trained for */
export function denoisingCourse(options: PictureTaskOptions, pipeline: Pipeline): DenoisingCourse {
  const configured = pipelineScheduler(pipeline, options.scheduler);
  const scheduler = configured.withSteps(options.steps);
  const firstCall = options.task === 'image-to-image' ? firstStepOf(options.strength, options.steps) : 0;
  const calls = scheduler.timesteps.length - firstCall;
  const { name: schedulerName, config: schedulerConfig } = configured;
  return { scheduler, schedulerName, schedulerConfig, firstCall, calls };
}

/** @throws TurboError for a folder that holds one part of a pipeline alone */
export function requireWhole({ parts, reference }: Pipeline): void {
  if (parts.length === 3) return;
  throw new TurboError('Pictures need a whole pipeline', {
    value: parts,
    where: reference,
    allowed: 'unet, vae and text_encoder',
    next: 'Name the folder that holds all parts, with model_index.json.',
  });
}

/** Flags of commands that take one model, and how a reduction is written in one of them. */
import { Flags } from '@oclif/core';
import { parse } from 'yaml';
import type { z } from 'zod';
import { SchedulerChoice } from '../diffusion/schedulers/choose-scheduler.js';
import { findScheduler, schedulerNames } from '../diffusion/schedulers/registry.js';
import { engineNames } from '../engines/index.js';
import { oneOf } from '../errors/did-you-mean.js';
import { problemsText } from '../errors/problems.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { type ModelChoice, modelChoice } from '../experiment/model-entry.js';
import { GenerationOptions } from '../generation/options.js';
import { FULL_PRECISION, type Precision, precisionNames } from '../precision/precision.js';
import { CrossModal } from '../reduction/cross-modal.js';
import { parseReduction, type ReductionSpec } from '../reduction/registry.js';

/** `int8-static` needs samples of a dataset. */
const offeredPrecisions = precisionNames.filter((name) => name !== 'int8-static');

export const modelFlags = {
  reduction: Flags.string({
    description:
      "A method and its parameters in YAML or JSON: '{method: turbo, tokensPerLayer: 8, alpha: 5}'.",
    helpValue: 'YAML',
  }),
  generate: Flags.string({
    description:
      "Generate texts, by a model with a decoder: '{numBeams: 3, maxLength: 20, minLength: 5}'; '{}' is greedy.",
    helpValue: 'YAML',
  }),
  'cross-modal': Flags.string({
    description: "Image tokens that the text side lets go, layer by layer: '{drop: 0.07, maxDrop: 0.8}'.",
    helpValue: 'YAML',
  }),
  'image-size': Flags.integer({
    description: 'Side of the image in pixels, in place of what the model was trained with.',
    min: 1,
    helpValue: 'PIXELS',
  }),
  'clip-skip': Flags.integer({
    description: 'Layers at the end of a Stable Diffusion text encoder that are passed over.',
    min: 0,
    helpValue: 'N',
  }),
  variant: Flags.string({
    description: 'Weight files of a variant: fp16 for model.fp16.safetensors.',
    helpValue: 'NAME',
  }),
  engine: Flags.string({
    description: 'Engine that runs the model.',
    options: [...engineNames],
    default: 'onnxruntime',
  }),
  device: Flags.string({
    description: 'Device of the engine: cpu; with tfjs also wasm, tensorflow and gpu.',
    default: 'cpu',
  }),
  precision: Flags.string({
    description: `Bits in which the model computes and keeps its weights: ${offeredPrecisions.join(', ')}; float32 by default.`,
    helpValue: 'NAME',
  }),
  threads: Flags.integer({
    description:
      'Threads inside one operator; defaults to as many as there are cores and the device can use.',
    min: 1,
    helpValue: 'N',
  }),
};

/** How a whole Stable Diffusion pipeline runs. */
export const diffusionFlags = {
  steps: Flags.integer({
    description: 'Denoising steps of a Stable Diffusion pipeline.',
    min: 1,
    helpValue: 'N',
  }),
  guidance: Flags.string({
    description: 'Guidance scale of a Stable Diffusion pipeline: 1 is the prompt alone, 7.5 is usual.',
    helpValue: 'NUMBER',
  }),
  scheduler: Flags.string({
    description: "Scheduler of a Stable Diffusion pipeline: euler, '{class: dpm-solver++, karras: true}'.",
    helpValue: 'YAML',
  }),
  strength: Flags.string({
    description: 'How much of the denoising image-to-image does, above 0 and up to 1.',
    helpValue: 'NUMBER',
  }),
  seed: Flags.integer({ description: 'Seed of noise that is not given.', min: 0, helpValue: 'N' }),
};

/** @throws TurboError when the text is no reduction */
export function reductionFrom(text: string | undefined): ReductionSpec {
  if (text === undefined) return { method: 'none' };
  return parseReduction(yamlOf('reduction', text, '{method: turbo, tokensPerLayer: 8, alpha: 5}'));
}

/** @throws TurboError when there is no such precision, or it needs samples */
export function precisionFrom(text: string = FULL_PRECISION): Precision {
  if (text === 'int8-static')
    throw new TurboError(
      'int8-static finds its ranges on samples of a dataset, and a command for one model has none',
      {
        value: text,
        allowed: offeredPrecisions.join(', '),
        next: 'Take int8-dynamic, or run int8-static in an experiment.',
      },
    );
  const found = precisionNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new TurboError('There is no precision of this name', {
    value: text,
    allowed: oneOf(text, offeredPrecisions),
  });
}

/** @throws TurboError when the text is no set of options for generating text */
export function generationFrom(text: string | undefined): GenerationOptions | undefined {
  return optionsFrom('generate', text, GenerationOptions, '{numBeams: 3, maxLength: 20}');
}

/** @throws TurboError when the text names no scheduler */
export function schedulerFrom(text: string | undefined): SchedulerChoice | undefined {
  const example = '{class: dpm-solver++, karras: true}';
  const value = text === undefined ? undefined : yamlOf('scheduler', text, example);
  if (typeof value === 'string' && findScheduler(value) === undefined)
    throw new TurboError('There is no scheduler of this name', {
      value,
      allowed: oneOf(value, schedulerNames),
    });
  return optionsFrom('scheduler', text, SchedulerChoice, example);
}

/** @throws TurboError when the text is no number */
export function numberFrom(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new TurboError(`--${flag} is no number`, { value: text, allowed: 'a number' });
}

/** @throws TurboError when the text is no cross-modal reduction */
export function crossModalFrom(text: string | undefined): CrossModal | undefined {
  return optionsFrom('cross-modal', text, CrossModal, '{drop: 0.07, maxDrop: 0.8}');
}

function optionsFrom<Schema extends z.ZodType>(
  flag: string,
  text: string | undefined,
  schema: Schema,
  example: string,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  const value = yamlOf(flag, text, example);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new TurboError(`--${flag} is wrong:\n${problemsText(parsed.error, value, schema)}`, {
    value: text,
    allowed: `'${example}'`,
  });
}

function yamlOf(flag: string, text: string, example: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new TurboError(`--${flag} is not valid YAML`, {
      value: text,
      allowed: `'${example}'`,
      where: messageOf(cause).split('\n')[0],
      cause,
    });
  }
}

/** The model that a command names, with what its flags change about it. */
export function modelFrom(
  name: string,
  flags: { readonly variant?: string | undefined; readonly 'image-size'?: number | undefined },
): ModelChoice {
  const { variant, 'image-size': imageSize } = flags;
  return {
    ...modelChoice(name),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(variant === undefined ? {} : { variant }),
  };
}

/**
 * The scheduler of a run: what the checkpoint says, changed by what the experiment says.
 *
 * As with `from_config` of diffusers: a class that is built from another class's file takes its own defaults for what the file
 * lacks. Stable Diffusion 1.5 names no `timestep_spacing`, so it is `leading` with PNDM and `linspace` with Euler.
 */
import { z } from 'zod';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { PredictionType } from './prediction.js';
import {
  type ConfiguredScheduler,
  findScheduler,
  type SchedulerClass,
  schedulerNames,
  schedulers,
} from './registry.js';
import type { SchedulerFile } from './scheduler-file.js';
import { FinalSigmas } from './sigmas.js';
import { TimestepSpacing } from './timestep-spacing.js';

const SchedulerName = z
  .enum(schedulerNames)
  .describe("A sampler, by its name here or by that of diffusers' class.");

const SchedulerOptions = z.strictObject({
  class: SchedulerName.optional(),
  karras: z.boolean().describe('Noise levels as Karras et al. space them.').optional(),
  timestepSpacing: TimestepSpacing.describe('Which of the trained timesteps are called.').optional(),
  stepsOffset: z.int().min(0).describe('Added to the timesteps of the spacing `leading`.').optional(),
  predictionType: PredictionType.describe('What the network was trained to predict.').optional(),
  finalSigmas: FinalSigmas.describe('Noise that is left at the end.').optional(),
  setAlphaToOne: z.boolean().describe('Whether DDIM and PNDM end without any noise.').optional(),
  skipPrkSteps: z.boolean().describe('PNDM without Runge–Kutta steps; true is all there is.').optional(),
  clipSample: z.boolean().describe('Whether DDIM clips the predicted data; not for latents.').optional(),
  solverOrder: z.int().min(1).max(2).describe('Order of DPM-Solver++.').optional(),
  lowerOrderFinal: z.boolean().describe('DPM-Solver++: last step of order 1 in short runs.').optional(),
  eulerAtFinal: z.boolean().describe('DPM-Solver++: last step of order 1 always.').optional(),
  zeroTerminalSnr: z.boolean().describe('Noise schedule that leaves nothing of the data.').optional(),
});

/** What an experiment says of the scheduler: a name, or options by name; what is left out is the checkpoint's. */
export const SchedulerChoice = z
  .union([SchedulerName, SchedulerOptions])
  .describe("The sampler, and what of the checkpoint's config is changed.");
export type SchedulerChoice = z.infer<typeof SchedulerChoice>;

type OptionName = Exclude<keyof z.infer<typeof SchedulerOptions>, 'class'>;

/** The options under the names of `scheduler_config.json`. */
const CONFIG_KEYS: Readonly<Record<OptionName, string>> = {
  karras: 'use_karras_sigmas',
  timestepSpacing: 'timestep_spacing',
  stepsOffset: 'steps_offset',
  predictionType: 'prediction_type',
  finalSigmas: 'final_sigmas_type',
  setAlphaToOne: 'set_alpha_to_one',
  skipPrkSteps: 'skip_prk_steps',
  clipSample: 'clip_sample',
  solverOrder: 'solver_order',
  lowerOrderFinal: 'lower_order_final',
  eulerAtFinal: 'euler_at_final',
  zeroTerminalSnr: 'rescale_betas_zero_snr',
};

/**
 * @param choice nothing: the checkpoint's own scheduler as it is
 * @throws TurboError for a class that is not there, an option that the class does not have, or a value that it cannot honour
 */
export function chooseScheduler(file: SchedulerFile, choice: SchedulerChoice = {}): ConfiguredScheduler {
  const { class: chosen, ...options } = typeof choice === 'string' ? { class: choice } : choice;
  const kind = classNamed(chosen ?? file.fields._class_name, file);
  const changes = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([option, value]) => [configKey(option as OptionName, kind), value] as const);
  return kind.configure({ ...file.fields, ...Object.fromEntries(changes) }, file.where);
}

function classNamed(name: unknown, file: SchedulerFile): SchedulerClass {
  const found = typeof name === 'string' ? findScheduler(name) : undefined;
  if (found !== undefined) return found;
  throw new TurboError('the scheduler is not one that turbo-bench has', {
    where: file.where,
    value: name ?? null,
    allowed: oneOf(String(name), schedulerNames),
    next: 'name one of them under `scheduler` in the experiment',
  });
}

function configKey(option: OptionName, kind: SchedulerClass): string {
  const key = CONFIG_KEYS[option];
  if (kind.keys.includes(key)) return key;
  const others = schedulers.filter(({ keys }) => keys.includes(key)).map(({ name }) => name);
  throw new TurboError(`the scheduler ${kind.name} has no ${option}`, {
    value: option,
    allowed: `${option} with one of: ${others.join(', ')}`,
    next: 'leave it out, or name another `class` under `scheduler` in the experiment',
  });
}

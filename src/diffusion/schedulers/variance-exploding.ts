/**
 * What the two Euler samplers share: samples whose data keep scale 1 while the noise grows to σ, so that the network is given
 * them scaled down.
 *
 * Source: `EulerDiscreteScheduler` and `EulerAncestralDiscreteScheduler` of diffusers 0.42.
 */
import { z } from 'zod';
import { noiseScheduleFields } from './noise-schedule.js';
import { dataPrediction, levelOfSigma, type PredictionType } from './prediction.js';
import { firstState, type Scheduler } from './scheduler.js';
import { TimestepSpacing } from './timestep-spacing.js';
import { type WeightedTensor, weightedSum } from './weighted-sum.js';

/** Keys of `scheduler_config.json` that both classes have, with their defaults. */
export const eulerFields = {
  ...noiseScheduleFields,
  timestep_spacing: TimestepSpacing.default('linspace'),
  steps_offset: z.int().min(0).default(0),
  rescale_betas_zero_snr: z.boolean().default(false),
};

/** All of a scheduler but its step. */
export function varianceExploding(
  timesteps: Float32Array,
  sigmas: Float32Array,
  spacing: TimestepSpacing,
): Omit<Scheduler, 'step' | 'consumesNoise'> {
  const most = sigmas.reduce((a, b) => Math.max(a, b), 0);
  return {
    timesteps,
    sigmas,
    initNoiseSigma: spacing === 'leading' ? Math.fround(Math.sqrt(most ** 2 + 1)) : most,
    begin: (index = 0) => firstState(timesteps, index),
    scaleModelInput: (sample, index) => weightedSum([1 / Math.sqrt(sigmas[index]! ** 2 + 1), sample]),
    addNoise: (sample, noise, index) => weightedSum([1, sample], [sigmas[index]!, noise]),
  };
}

/** Euler's step from σ to another, along the straight line away from the predicted data (arXiv 2206.00364, algorithm 1). */
export function eulerStep(
  type: PredictionType,
  sample: Float32Array,
  modelOutput: Float32Array,
  { from, to }: { readonly from: number; readonly to: number },
): readonly WeightedTensor[] {
  const level = levelOfSigma(from);
  const scaled = dataPrediction(type, level, weightedSum([level.alpha, sample]), modelOutput);
  const data = weightedSum(...scaled);
  const kept = to / from;
  return [
    [kept, sample],
    [1 - kept, data],
  ];
}

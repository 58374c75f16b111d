/**
 * DDIM: deterministic steps between any two noise levels (η = 0).
 *
 * Source: Song et al., "Denoising Diffusion Implicit Models", arXiv 2010.02502, equation 12; `DDIMScheduler` of diffusers 0.42.
 */
import { z } from 'zod';
import { cumulativeAlphas, noiseScheduleFields } from './noise-schedule.js';
import { only } from './only.js';
import { dataPrediction, levelOfCumulativeAlpha, noisePrediction, PredictionType } from './prediction.js';
import { checkSteps, firstState, nextState, type Scheduler } from './scheduler.js';
import { roundHalfToEven, spacedTimesteps, TimestepSpacing } from './timestep-spacing.js';
import { weightedSum } from './weighted-sum.js';

export const DdimConfig = z
  .object({
    ...noiseScheduleFields,
    prediction_type: PredictionType.default('epsilon'),
    timestep_spacing: TimestepSpacing.default('leading'),
    steps_offset: z.int().min(0).default(0),
    set_alpha_to_one: z.boolean().default(true),
    clip_sample: z.boolean().default(true),
    clip_sample_range: z.number().positive().default(1),
    rescale_betas_zero_snr: z.boolean().default(false),
    thresholding: only(false),
  })
  .refine((config) => !config.rescale_betas_zero_snr || config.prediction_type !== 'epsilon', {
    path: ['rescale_betas_zero_snr'],
    error: 'where nothing of the data is left, the noise (prediction_type epsilon) does not tell it',
  });
export type DdimConfig = z.infer<typeof DdimConfig>;

/**
 * A run of `steps` calls. The sample before a step and after it differ by `num_train_timesteps div steps` timesteps, whatever
 * the spacing, as in diffusers.
 *
 * @throws TurboError when the trained timesteps do not hold so many steps
 */
export function ddim(config: DdimConfig, steps: number): Scheduler {
  checkSteps(steps, config.num_train_timesteps);
  const alphas = cumulativeAlphas(config);
  const timesteps = Float32Array.from(spacedTimesteps(config, steps), roundHalfToEven);
  const stride = Math.floor(config.num_train_timesteps / steps);
  const finalAlpha = config.set_alpha_to_one ? 1 : alphas[0]!;
  const levelAt = (timestep: number) => levelOfCumulativeAlpha(timestep < 0 ? finalAlpha : alphas[timestep]!);

  return {
    timesteps,
    initNoiseSigma: 1,
    consumesNoise: false,
    begin: (index = 0) => firstState(timesteps, index),
    scaleModelInput: (sample) => sample,
    step(state, modelOutput, sample) {
      const timestep = timesteps[state.index]!;
      const level = levelAt(timestep);
      const next = levelAt(timestep - stride);
      const predicted = weightedSum(...dataPrediction(config.prediction_type, level, sample, modelOutput));
      const data = config.clip_sample ? clipped(predicted, config.clip_sample_range) : predicted;
      const noise = weightedSum(...noisePrediction(config.prediction_type, level, sample, modelOutput));
      return { sample: weightedSum([next.alpha, data], [next.sigma, noise]), state: nextState(state) };
    },
    addNoise(sample, noise, index) {
      const { alpha, sigma } = levelAt(timesteps[index]!);
      return weightedSum([alpha, sample], [sigma, noise]);
    },
  };
}

function clipped(data: Float32Array, range: number): Float32Array {
  return data.map((value) => Math.min(Math.max(value, -range), range));
}

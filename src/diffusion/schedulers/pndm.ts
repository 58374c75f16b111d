/**
 * PNDM without Runge–Kutta steps (PLMS): the noise is extrapolated from up to four model outputs.
 *
 * Source: Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds", arXiv 2202.09778, equations 9 and 12;
 * `PNDMScheduler` of diffusers 0.42 with `skip_prk_steps`, which is what Stable Diffusion 1 is published with.
 */
import { z } from 'zod';
import { cumulativeAlphas, noiseScheduleFields } from './noise-schedule.js';
import { levelOfCumulativeAlpha, noisePrediction, PredictionType } from './prediction.js';
import { checkSteps, firstState, nextState, type Scheduler } from './scheduler.js';
import { roundHalfToEven, spacedTimesteps, TimestepSpacing } from './timestep-spacing.js';
import { weightedSum } from './weighted-sum.js';

export const PndmConfig = z.object({
  ...noiseScheduleFields,
  prediction_type: PredictionType.exclude(['sample']).default('epsilon'),
  timestep_spacing: TimestepSpacing.default('leading'),
  steps_offset: z.int().min(0).default(0),
  set_alpha_to_one: z.boolean().default(false),
  skip_prk_steps: z
    .boolean()
    .default(false)
    .refine((skip) => skip, {
      error: 'false is not supported: there are no Runge–Kutta steps here, say true',
    }),
});
export type PndmConfig = z.infer<typeof PndmConfig>;

/** Weights of the model outputs, newest first, when there are one, two, three or four of them (equation 12). */
const EXTRAPOLATION: readonly (readonly number[])[] = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

/**
 * A run of `steps` steps in `steps + 1` calls: the second timestep comes twice, the second time to take the first step again
 * with the mean of both outputs. Begun at a later index, the count starts anew and those two calls are the first of the run.
 *
 * @throws TurboError when the trained timesteps do not hold so many steps
 */
export function pndm(config: PndmConfig, steps: number): Scheduler {
  checkSteps(steps, config.num_train_timesteps);
  const alphas = cumulativeAlphas(config);
  const spaced = spacedTimesteps(config, steps).map(roundHalfToEven);
  const timesteps = Float32Array.from([...spaced.slice(0, 2), ...spaced.slice(1)]);
  const stride = Math.floor(config.num_train_timesteps / steps);
  const finalAlpha = config.set_alpha_to_one ? 1 : alphas[0]!;
  const alphaAt = (timestep: number): number =>
    timestep < 0 ? finalAlpha : alphas[Math.min(timestep, alphas.length - 1)]!;

  /** Equation 9, from one timestep to another. */
  const transfer = (sample: Float32Array, output: Float32Array, from: number, to: number): Float32Array => {
    const [alpha, alphaNext] = [alphaAt(from), alphaAt(to)];
    const level = levelOfCumulativeAlpha(alpha);
    const noise = weightedSum(...noisePrediction(config.prediction_type, level, sample, output));
    const denominator = alpha * Math.sqrt(1 - alphaNext) + Math.sqrt(alpha * (1 - alpha) * alphaNext);
    return weightedSum([Math.sqrt(alphaNext / alpha), sample], [(alpha - alphaNext) / denominator, noise]);
  };

  return {
    timesteps,
    initNoiseSigma: 1,
    consumesNoise: false,
    begin: (index = 0) => firstState(timesteps, index),
    scaleModelInput: (sample) => sample,
    step(state, modelOutput, sample) {
      const timestep = timesteps[state.index]!;
      if (state.stepsTaken === 1) {
        const mean = weightedSum([1 / 2, modelOutput], [1 / 2, state.history[0]!]);
        const again = transfer(state.heldSample!, mean, timestep + stride, timestep);
        return { sample: again, state: nextState(state, state.history) };
      }
      const history = [...state.history.slice(-3), modelOutput];
      const weights = EXTRAPOLATION[history.length - 1]!;
      const output = weightedSum(
        ...weights.map((weight, age) => [weight, history[history.length - 1 - age]!] as const),
      );
      const held = state.stepsTaken === 0 ? sample : undefined;
      return {
        sample: transfer(sample, output, timestep, timestep - stride),
        state: nextState(state, history, held),
      };
    },
    addNoise(sample, noise, index) {
      const { alpha, sigma } = levelOfCumulativeAlpha(alphaAt(timesteps[index]!));
      return weightedSum([alpha, sample], [sigma, noise]);
    },
  };
}

/**
 * Euler's method on σ, evenly spaced in time or as Karras et al. space it.
 *
 * Source: Karras et al., arXiv 2206.00364, algorithm 1 without churn; `EulerDiscreteScheduler` of diffusers 0.42.
 */
import { z } from 'zod';
import { cumulativeAlphas } from './noise-schedule.js';
import { only, unset } from './only.js';
import { PredictionType } from './prediction.js';
import { checkSteps, nextState, type Scheduler } from './scheduler.js';
import {
  FinalSigmas,
  karrasSigmas,
  sigmaAt,
  timestepOfSigma,
  trainedSigmas,
  withFinalSigma,
} from './sigmas.js';
import { spacedTimesteps } from './timestep-spacing.js';
import { eulerFields, eulerStep, varianceExploding } from './variance-exploding.js';
import { weightedSum } from './weighted-sum.js';

export const EulerConfig = z.object({
  ...eulerFields,
  prediction_type: PredictionType.default('epsilon'),
  use_karras_sigmas: z.boolean().default(false),
  final_sigmas_type: FinalSigmas.default('zero'),
  interpolation_type: only('linear'),
  timestep_type: only('discrete'),
  use_exponential_sigmas: only(false),
  use_beta_sigmas: only(false),
  sigma_min: unset(),
  sigma_max: unset(),
});
export type EulerConfig = z.infer<typeof EulerConfig>;

/**
 * A run of `steps` calls; timesteps are fractional with `linspace` and with Karras' levels, which lie between those of the
 * spacing's first and last timestep.
 *
 * @throws TurboError when the trained timesteps do not hold so many steps
 */
export function euler(config: EulerConfig, steps: number): Scheduler {
  checkSteps(steps, config.num_train_timesteps);
  const trained = trainedSigmas(cumulativeAlphas(config));
  const spaced = spacedTimesteps(config, steps).map(Math.fround);
  const even = spaced.map((timestep) => sigmaAt(trained, timestep));
  const levels = config.use_karras_sigmas ? karrasSigmas(even[0]!, even.at(-1)!, steps) : even;
  const timesteps = config.use_karras_sigmas
    ? levels.map((sigma) => timestepOfSigma(trained, sigma))
    : spaced;
  const sigmas = withFinalSigma(levels, config.final_sigmas_type, trained);

  return {
    ...varianceExploding(Float32Array.from(timesteps), sigmas, config.timestep_spacing),
    consumesNoise: false,
    step(state, modelOutput, sample) {
      const range = { from: sigmas[state.index]!, to: sigmas[state.index + 1]! };
      return {
        sample: weightedSum(...eulerStep(config.prediction_type, sample, modelOutput, range)),
        state: nextState(state),
      };
    },
  };
}

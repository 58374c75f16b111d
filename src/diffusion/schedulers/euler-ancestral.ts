/**
 * Euler's method that goes further down than the next level and comes back up to it with new noise.
 *
 * Source: `sample_euler_ancestral` of github.com/crowsonkb/k-diffusion; `EulerAncestralDiscreteScheduler` of diffusers 0.42.
 */
import { z } from 'zod';
import { cumulativeAlphas } from './noise-schedule.js';
import { PredictionType } from './prediction.js';
import { checkSteps, nextState, type Scheduler } from './scheduler.js';
import { sigmaAt, trainedSigmas, withFinalSigma } from './sigmas.js';
import { spacedTimesteps } from './timestep-spacing.js';
import { eulerFields, eulerStep, varianceExploding } from './variance-exploding.js';
import { weightedSum } from './weighted-sum.js';

export const EulerAncestralConfig = z.object({
  ...eulerFields,
  prediction_type: PredictionType.exclude(['sample']).default('epsilon'),
});
export type EulerAncestralConfig = z.infer<typeof EulerAncestralConfig>;

/**
 * A run of `steps` calls. Every step consumes noise, the last one too, where its weight is 0.
 *
 * @throws TurboError when the trained timesteps do not hold so many steps
 */
export function eulerAncestral(config: EulerAncestralConfig, steps: number): Scheduler {
  checkSteps(steps, config.num_train_timesteps);
  const trained = trainedSigmas(cumulativeAlphas(config));
  const timesteps = Float32Array.from(spacedTimesteps(config, steps));
  const levels = Array.from(timesteps, (timestep) => sigmaAt(trained, timestep));
  const sigmas = withFinalSigma(levels, 'zero', trained);

  return {
    ...varianceExploding(timesteps, sigmas, config.timestep_spacing),
    consumesNoise: true,
    step(state, modelOutput, sample, noise) {
      if (noise === undefined) throw new RangeError('an ancestral step needs noise');
      const [from, to] = [sigmas[state.index]!, sigmas[state.index + 1]!];
      const { down, up } = ancestralSplit(from, to);
      const terms = eulerStep(config.prediction_type, sample, modelOutput, { from, to: down });
      return { sample: weightedSum(...terms, [up, noise]), state: nextState(state) };
    },
  };
}

/** How far down a step goes, and how much noise brings it up again: down² + up² = to². */
function ancestralSplit(from: number, to: number): { down: number; up: number } {
  return { down: to ** 2 / from, up: (to / from) * Math.sqrt(from ** 2 - to ** 2) };
}

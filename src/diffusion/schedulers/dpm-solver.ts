/**
 * DPM-Solver++ of second order, multistep (2M): the data prediction is extrapolated from the last two calls.
 *
 * Source: Lu et al., "DPM-Solver++", arXiv 2211.01095, algorithm 2; `DPMSolverMultistepScheduler` of diffusers 0.42 with
 * `algorithm_type: dpmsolver++` and `solver_type: midpoint`. λ there is −log σ here, so e^(−h) is σ_next/σ.
 */
import { z } from 'zod';
import { cumulativeAlphas, noiseScheduleFields } from './noise-schedule.js';
import { only, unset } from './only.js';
import { dataPrediction, levelOfSigma, PredictionType } from './prediction.js';
import { checkSteps, firstState, nextState, type Scheduler } from './scheduler.js';
import {
  FinalSigmas,
  karrasSigmas,
  sigmaAt,
  timestepOfSigma,
  trainedSigmas,
  withFinalSigma,
} from './sigmas.js';
import { roundHalfToEven, spacedTimesteps, TimestepSpacing } from './timestep-spacing.js';
import { type WeightedTensor, weightedSum } from './weighted-sum.js';

export const DpmSolverConfig = z.object({
  ...noiseScheduleFields,
  prediction_type: PredictionType.default('epsilon'),
  timestep_spacing: TimestepSpacing.default('linspace'),
  steps_offset: z.int().min(0).default(0),
  rescale_betas_zero_snr: z.boolean().default(false),
  use_karras_sigmas: z.boolean().default(false),
  final_sigmas_type: FinalSigmas.default('zero'),
  solver_order: z.int().min(1).max(2, { error: 'only orders 1 and 2 are supported' }).default(2),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  algorithm_type: only('dpmsolver++'),
  solver_type: only('midpoint'),
  thresholding: only(false),
  use_exponential_sigmas: only(false),
  use_beta_sigmas: only(false),
  use_lu_lambdas: only(false),
  use_flow_sigmas: only(false),
  use_dynamic_shifting: only(false),
  lambda_min_clipped: unset(),
  variance_type: z
    .string()
    .refine((type) => !type.startsWith('learned'), {
      error: 'networks that predict a variance are not supported',
    })
    .optional(),
});
export type DpmSolverConfig = z.infer<typeof DpmSolverConfig>;

/** Runs shorter than this end with a step of first order, if `lower_order_final` says so. */
const SHORT_RUN = 15;

/**
 * A run of `steps` calls. The first step is of first order, and so is the last where σ ends at 0 or the run is short.
 *
 * @throws TurboError when the trained timesteps do not hold one step more than that
 */
export function dpmSolver(config: DpmSolverConfig, steps: number): Scheduler {
  checkSteps(steps, config.num_train_timesteps - 1);
  const trained = trainedSigmas(cumulativeAlphas(config));
  const timesteps = timestepsOf(config, steps, trained);
  const levels = config.use_karras_sigmas
    ? karrasSigmas(trained.at(-1)!, trained[0]!, steps)
    : Array.from(timesteps, (timestep) => sigmaAt(trained, timestep));
  const sigmas = withFinalSigma(levels, config.final_sigmas_type, trained);
  const endsInFirstOrder =
    config.euler_at_final ||
    (config.lower_order_final && steps < SHORT_RUN) ||
    config.final_sigmas_type === 'zero';

  return {
    timesteps,
    sigmas,
    initNoiseSigma: 1,
    consumesNoise: false,
    begin: (index = 0) => firstState(timesteps, index),
    scaleModelInput: (sample) => sample,
    step(state, modelOutput, sample) {
      const { index, stepsTaken, history } = state;
      const level = levelOfSigma(sigmas[index]!);
      const next = levelOfSigma(sigmas[index + 1]!);
      const data = weightedSum(...dataPrediction(config.prediction_type, level, sample, modelOutput));
      const isFirstOrder =
        config.solver_order === 1 || stepsTaken === 0 || (endsInFirstOrder && index === steps - 1);
      const dataShare = next.alpha * (1 - sigmas[index + 1]! / sigmas[index]!);
      const terms: WeightedTensor[] = [[next.sigma / level.sigma, sample]];
      if (isFirstOrder) terms.push([dataShare, data]);
      else {
        const half = stepRatio(sigmas, index) / 2;
        terms.push([dataShare * (1 + half), data], [-dataShare * half, history[0]!]);
      }
      return { sample: weightedSum(...terms), state: nextState(state, [data]) };
    },
    addNoise(sample, noise, index) {
      const { alpha, sigma } = levelOfSigma(sigmas[index]!);
      return weightedSum([alpha, sample], [sigma, noise]);
    },
  };
}

/**
 * `linspace` and `leading` lay out one step more and leave the last one out.
 *
 * With Karras sigmas and a cosine schedule the timesteps are cut, not rounded, as in diffusers. The first one lies within 10⁻⁷ of the last trained timestep, and the last
 * digit of σ decides on which side: of 1,000 trained timesteps both take 998, of 50 diffusers takes 49 on processors where PyTorch's float32 square root is off by a digit
 * there, and 48 follows from the exact one.
 */
function timestepsOf(config: DpmSolverConfig, steps: number, trained: Float32Array): Float32Array {
  if (config.use_karras_sigmas) {
    const exact = karrasSigmas(trained.at(-1)!, trained[0]!, steps).map((sigma) =>
      timestepOfSigma(trained, sigma),
    );
    const isCosine = config.beta_schedule === 'squaredcos_cap_v2';
    return Float32Array.from(exact, isCosine ? Math.trunc : roundHalfToEven);
  }
  const count = config.timestep_spacing === 'trailing' ? steps : steps + 1;
  return Float32Array.from(spacedTimesteps(config, count).slice(0, steps), roundHalfToEven);
}

/** This step's length in log σ over the last one's (h/h₀ of the paper, 1/r). */
function stepRatio(sigmas: Float32Array, index: number): number {
  const [before, now, next] = [sigmas[index - 1]!, sigmas[index]!, sigmas[index + 1]!];
  return Math.log(now / next) / Math.log(before / now);
}

/**
 * What every sampler of a diffusion model is to the loop that removes the noise.
 *
 * Source: the scheduler classes of diffusers 0.42 (https://huggingface.co/docs/diffusers/api/schedulers/overview). Unlike
 * there, a scheduler remembers nothing: what one step leaves to the next is a value that the caller hands on.
 */
import { TurboError } from '../../errors/turbo-error.js';

/** What one step leaves to the next; made by `begin`, replaced by every step. */
export interface SchedulerState {
  /** Which of the timesteps comes next. */
  readonly index: number;
  /** Steps taken since `begin`. */
  readonly stepsTaken: number;
  /** Model outputs (PNDM) or data predictions (DPM-Solver++) that later steps use, oldest first. */
  readonly history: readonly Float32Array[];
  /** The sample that PNDM's second step starts from once more. */
  readonly heldSample?: Float32Array;
}

/** A sample with less noise, and what the next step needs. */
export interface SchedulerStep {
  readonly sample: Float32Array;
  readonly state: SchedulerState;
}

/** One way through the noise levels. Samples, model outputs and noise are flat tensors of one size; none is written to. */
export interface Scheduler {
  /** [calls] What the network is told, from much noise to little; fractional with Euler; PNDM calls once more than asked. */
  readonly timesteps: Float32Array;
  /** [calls + 1] Standard deviation σ of the noise beside data of scale 1; absent where the scheduler works on ᾱ. */
  readonly sigmas?: Float32Array;
  /** Standard deviation of the noise that text-to-image starts from. */
  readonly initNoiseSigma: number;
  /** Whether a step adds noise of its own, and `step` must be given it (also in the last step, where it weighs nothing). */
  readonly consumesNoise: boolean;
  /** @throws RangeError when there is no timestep at `index` */
  begin(index?: number): SchedulerState;
  /** What the network is given of a sample before the step at `index`; may be the sample itself. */
  scaleModelInput(sample: Float32Array, index: number): Float32Array;
  /** @throws RangeError for tensors of different sizes, or missing noise */
  step(
    state: SchedulerState,
    modelOutput: Float32Array,
    sample: Float32Array,
    noise?: Float32Array,
  ): SchedulerStep;
  /** A clean sample with the noise that belongs to the timestep at `index`: where image-to-image begins. */
  addNoise(sample: Float32Array, noise: Float32Array, index: number): Float32Array;
}

/** The state before the first step, which may be in the midst of the timesteps (image-to-image). */
export function firstState(timesteps: Float32Array, index: number): SchedulerState {
  if (Number.isInteger(index) && index >= 0 && index < timesteps.length)
    return { index, stepsTaken: 0, history: [] };
  throw new RangeError(`there is no timestep ${index}, the scheduler has ${timesteps.length}`);
}

/** The state after a step that leaves `history` to later ones. */
export function nextState(
  state: SchedulerState,
  history: readonly Float32Array[] = [],
  heldSample?: Float32Array,
): SchedulerState {
  const { index, stepsTaken } = state;
  return {
    index: index + 1,
    stepsTaken: stepsTaken + 1,
    history,
    ...(heldSample === undefined ? {} : { heldSample }),
  };
}

/** @throws TurboError when a run of `steps` steps cannot be laid out over the trained timesteps */
export function checkSteps(steps: number, most: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) return;
  throw new TurboError('the number of denoising steps is out of range', {
    value: steps,
    allowed: `an integer from 1 to ${most}, the timesteps that the model was trained with`,
  });
}

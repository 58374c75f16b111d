/**
 * Which of the trained timesteps a run of few steps calls the network with.
 *
 * Source: Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed", arXiv 2305.08891, table 2; roundings as in
 * diffusers 0.42 (numpy's: halves to the even side).
 */
import { z } from 'zod';
import { TurboError } from '../../errors/turbo-error.js';

/** `leading`: multiples of a whole stride; `trailing`: from the last timestep backwards; `linspace`: both ends included. */
export const TimestepSpacing = z.enum(['leading', 'linspace', 'trailing']);
export type TimestepSpacing = z.infer<typeof TimestepSpacing>;

/** How timesteps are spaced, under the names of `scheduler_config.json`. */
export interface SpacingOptions {
  readonly timestep_spacing: TimestepSpacing;
  readonly num_train_timesteps: number;
  /** Added to the timesteps of `leading`, and of no other spacing. */
  readonly steps_offset: number;
}

/**
 * `count` timesteps, from the noisiest down.
 *
 * diffusers gives one more, -1, for some counts with `trailing` (61, 103, …: `numpy.arange` oversteps); here there are `count`.
 *
 * @returns integers, but for `linspace`, which is not rounded
 * @throws TurboError when `steps_offset` pushes a timestep beyond the trained ones
 */
export function spacedTimesteps(options: SpacingOptions, count: number): number[] {
  const { timestep_spacing, num_train_timesteps: trained, steps_offset } = options;
  const indices = Array.from({ length: count }, (_, index) => index);
  switch (timestep_spacing) {
    case 'leading': {
      const stride = Math.floor(trained / count);
      const timesteps = indices.map((index) => (count - 1 - index) * stride + steps_offset);
      if (timesteps[0]! < trained) return timesteps;
      throw new TurboError('steps_offset pushes the first timestep beyond the trained ones', {
        value: timesteps[0],
        allowed: `at most ${trained - 1}`,
        next: 'take fewer steps, steps_offset 0, or another timestep_spacing',
      });
    }
    case 'linspace':
      return evenlySpaced(0, trained - 1, count).reverse();
    case 'trailing': {
      const stride = trained - (trained - trained / count);
      return indices.map((index) => roundHalfToEven(trained - index * stride) - 1);
    }
  }
}

/** `count` numbers from `from` to `to`, both included, as `numpy.linspace` computes them. */
export function evenlySpaced(from: number, to: number, count: number): number[] {
  const step = (to - from) / Math.max(count - 1, 1);
  return Array.from({ length: count }, (_, at) => (at > 0 && at === count - 1 ? to : from + at * step));
}

/** The nearest integer, of two equally near the even one. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const isHalf = value - floor === 0.5;
  return isHalf ? floor + (floor % 2) : Math.round(value);
}

/**
 * Noise levels as σ, the standard deviation of the noise beside data of scale 1: σ = √((1 − ᾱ)/ᾱ).
 *
 * Source: Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", arXiv 2206.00364, equation 5;
 * between trained timesteps as in diffusers 0.42 (`numpy.interp`, `_sigma_to_t`).
 */
import { z } from 'zod';
import { evenlySpaced } from './timestep-spacing.js';

/** σ behind the last step: no noise, or the least that the model was trained with. */
export const FinalSigmas = z.enum(['zero', 'sigma_min']);
export type FinalSigmas = z.infer<typeof FinalSigmas>;

/** Stands for ᾱ = 0 (zero terminal SNR), whose σ would be infinite; diffusers takes the same. */
const LEAST_ALPHA = 2 ** -24;

/** σ of every trained timestep, rising; [timesteps] from ᾱ [timesteps]. */
export function trainedSigmas(cumulativeAlpha: Float32Array): Float32Array {
  return cumulativeAlpha.map((exact) => {
    const alpha = exact === 0 ? LEAST_ALPHA : exact;
    return Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha));
  });
}

/** σ at a timestep between trained ones, on the straight line between its neighbours. */
export function sigmaAt(trained: Float32Array, timestep: number): number {
  const below = Math.min(Math.floor(timestep), trained.length - 1);
  const above = Math.min(below + 1, trained.length - 1);
  return trained[below]! + (timestep - below) * (trained[above]! - trained[below]!);
}

/** `count` levels from `most` down to `least`, evenly spaced in the 7th root. */
export function karrasSigmas(most: number, least: number, count: number): number[] {
  const rho = 7;
  return evenlySpaced(0, 1, count).map(
    (share) => (most ** (1 / rho) + share * (least ** (1 / rho) - most ** (1 / rho))) ** rho,
  );
}

/** The timestep of a σ, fractional, on the straight line between logarithms; the reverse of `sigmaAt` but for that. */
export function timestepOfSigma(trained: Float32Array, sigma: number): number {
  const logarithms = trained.map(Math.log);
  const logarithm = Math.log(Math.max(sigma, 1e-10));
  const notAbove = logarithms.findLastIndex((each) => each <= logarithm);
  const below = Math.min(Math.max(notAbove, 0), trained.length - 2);
  const [low, high] = [logarithms[below]!, logarithms[below + 1]!];
  const share = Math.min(Math.max((low - logarithm) / Math.fround(low - high), 0), 1);
  return (1 - share) * below + share * (below + 1);
}

/** The levels of a run with the final one behind it. */
export function withFinalSigma(
  sigmas: readonly number[],
  final: FinalSigmas,
  trained: Float32Array,
): Float32Array {
  return Float32Array.from([...sigmas, final === 'zero' ? 0 : trained[0]!]);
}

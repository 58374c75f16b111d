/**
 * What a network predicts, and how data and noise follow from it.
 *
 * A noisy sample is `x = α · data + σ · noise` with α² + σ² = 1. Sources: Ho et al., arXiv 2006.11239 (`epsilon`);
 * Salimans and Ho, arXiv 2202.00512, section 4 (`v_prediction`: v = α · noise − σ · data).
 */
import { z } from 'zod';
import type { WeightedTensor } from './weighted-sum.js';

/** `epsilon`: the noise; `v_prediction`: the velocity between data and noise; `sample`: the data. */
export const PredictionType = z.enum(['epsilon', 'v_prediction', 'sample']);
export type PredictionType = z.infer<typeof PredictionType>;

/** How much of a sample is data (α) and how much noise (σ). */
export interface NoiseLevel {
  readonly alpha: number;
  readonly sigma: number;
}

/** The level where the data's share of the variance is ᾱ. */
export function levelOfCumulativeAlpha(cumulativeAlpha: number): NoiseLevel {
  return { alpha: Math.sqrt(cumulativeAlpha), sigma: Math.sqrt(1 - cumulativeAlpha) };
}

/** The level of data of scale 1 beside noise of standard deviation σ, both scaled so that the variance is 1. */
export function levelOfSigma(sigma: number): NoiseLevel {
  const alpha = 1 / Math.sqrt(sigma ** 2 + 1);
  return { alpha, sigma: sigma * alpha };
}

/** The data as a sum of the sample and the network's output. */
export function dataPrediction(
  type: PredictionType,
  { alpha, sigma }: NoiseLevel,
  sample: Float32Array,
  output: Float32Array,
): readonly WeightedTensor[] {
  switch (type) {
    case 'epsilon':
      return [
        [1 / alpha, sample],
        [-sigma / alpha, output],
      ];
    case 'v_prediction':
      return [
        [alpha, sample],
        [-sigma, output],
      ];
    case 'sample':
      return [[1, output]];
  }
}

/** The noise as a sum of the sample and the network's output. */
export function noisePrediction(
  type: PredictionType,
  { alpha, sigma }: NoiseLevel,
  sample: Float32Array,
  output: Float32Array,
): readonly WeightedTensor[] {
  switch (type) {
    case 'epsilon':
      return [[1, output]];
    case 'v_prediction':
      return [
        [sigma, sample],
        [alpha, output],
      ];
    case 'sample':
      return [
        [1 / sigma, sample],
        [-alpha / sigma, output],
      ];
  }
}

/**
 * Paired bootstrap of mean differences: variants and their baseline are scored on the same samples, and the samples are drawn anew.
 *
 * All variants see the same resamples. A sample on which a variant scores as its baseline does adds nothing and costs nothing, so that
 * 50 variants on 20,000 samples take seconds.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 14 and 16.
 */
import { accelerationOf, bootstrapIntervals, bootstrapPValue } from './bootstrap.js';

/** A mean difference and what may be said of it. */
export interface MeanDifference {
  difference: number;
  percentile: readonly [low: number, high: number];
  /** BCa. */
  low: number;
  high: number;
  /** Two-sided, of "there is no difference". */
  pValue: number;
}

/**
 * @param differences of each variant, `[variants][samples]` @param uniform numbers in [0, 1): the sample at position ⌊u · samples⌋ is drawn
 */
export function pairedBootstrap(
  differences: readonly ArrayLike<number>[],
  resamples: number,
  uniform: () => number,
  confidence = 0.95,
): MeanDifference[] {
  const samples = differences[0]?.length ?? 0;
  const means = resampledMeans(differences, samples, resamples, uniform);
  return differences.map((values, variant) => {
    const difference = sumOf(values) / samples;
    // Without one sample the mean moves by (mean − value) ÷ (samples − 1): the acceleration does not see the divisor.
    const { percentile, bca } = bootstrapIntervals(
      difference,
      means[variant]!,
      accelerationOf(Float64Array.from(values, (value) => -value)),
      confidence,
    );
    return { difference, percentile, low: bca[0], high: bca[1], pValue: bootstrapPValue(means[variant]!) };
  });
}

/** `[variants][resamples]` */
function resampledMeans(
  differences: readonly ArrayLike<number>[],
  samples: number,
  resamples: number,
  uniform: () => number,
): Float64Array[] {
  const { start, variant, value } = byRow(differences, samples);
  const means = differences.map(() => new Float64Array(resamples));
  const sums = new Float64Array(differences.length);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let drawn = 0; drawn < samples; drawn++) {
      const row = Math.floor(uniform() * samples);
      for (let at = start[row]!; at < start[row + 1]!; at++) sums[variant[at]!]! += value[at]!;
    }
    for (const [of, sum] of sums.entries()) means[of]![resample] = sum / samples;
  }
  return means;
}

/** Differences that are not 0, sample by sample: those of sample s lie from `start[s]` to `start[s + 1]`. */
function byRow(differences: readonly ArrayLike<number>[], samples: number) {
  const start = new Uint32Array(samples + 1);
  const variant: number[] = [];
  const value: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    for (const [of, values] of differences.entries()) {
      if (values[sample] === 0) continue;
      variant.push(of);
      value.push(values[sample]!);
    }
    start[sample + 1] = variant.length;
  }
  return { start, variant: Uint32Array.from(variant), value: Float64Array.from(value) };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum;
}

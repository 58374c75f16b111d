/**
 * How much of the data is left at each trained timestep: ᾱ_t = Π (1 − β_s), s ≤ t.
 *
 * Source: Ho et al., arXiv 2006.11239, section 2; the schedules are those of diffusers 0.42, in the precision it computes them
 * in (betas in float32, the product in float64 and rounded; so torch's `linspace` and `cumprod` have it on a CPU).
 * Zero terminal SNR: Lin et al., arXiv 2305.08891, algorithm 1.
 */
import { z } from 'zod';
import { TurboError } from '../../errors/turbo-error.js';

const Beta = z.number().gt(0).lt(1);

/** Keys of `scheduler_config.json` that say how noise was added in training, with the defaults of all classes. */
export const noiseScheduleFields = {
  num_train_timesteps: z.int().min(2).max(100_000).default(1000),
  beta_start: Beta.default(0.0001),
  beta_end: Beta.default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  trained_betas: z.array(Beta).min(2).optional(),
};

const NoiseSchedule = z.object({
  ...noiseScheduleFields,
  rescale_betas_zero_snr: z.boolean().optional(),
});
export type NoiseSchedule = z.infer<typeof NoiseSchedule>;

/**
 * ᾱ of every trained timestep.
 *
 * @returns [timesteps] falling; with `rescale_betas_zero_snr` the last is 0
 * @throws TurboError when `trained_betas` are not one per timestep
 */
export function cumulativeAlphas(schedule: NoiseSchedule): Float32Array {
  const alphas = products(betas(schedule));
  return schedule.rescale_betas_zero_snr === true ? products(zeroTerminal(alphas)) : alphas;
}

function betas(schedule: NoiseSchedule): Float32Array {
  const { beta_start, beta_end, num_train_timesteps: count, trained_betas } = schedule;
  if (trained_betas !== undefined) {
    if (trained_betas.length === count) return Float32Array.from(trained_betas);
    throw new TurboError('the scheduler has not one trained beta for each timestep', {
      value: trained_betas.length,
      allowed: `num_train_timesteps = ${count} of them in trained_betas`,
    });
  }
  switch (schedule.beta_schedule) {
    case 'linear':
      return evenFloat32(beta_start, beta_end, count);
    case 'scaled_linear':
      return evenFloat32(Math.sqrt(beta_start), Math.sqrt(beta_end), count).map((root) => root ** 2);
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, t) =>
        Math.min(1 - cosineAlpha((t + 1) / count) / cosineAlpha(t / count), 0.999),
      );
  }
}

/** Nichol and Dhariwal, arXiv 2102.09672, equation 17. */
function cosineAlpha(time: number): number {
  return Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

/** `torch.linspace` in float32, which counts from both ends to the middle. */
function evenFloat32(from: number, to: number, count: number): Float32Array {
  const [first, last] = [Math.fround(from), Math.fround(to)];
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  return Float32Array.from({ length: count }, (_, at) =>
    at < count / 2 ? first + step * at : last - step * (count - 1 - at),
  );
}

function products(betaOf: Float32Array): Float32Array {
  let product = 1;
  return betaOf.map((beta) => {
    product *= Math.fround(1 - beta);
    return product;
  });
}

/** Betas with which nothing of the data is left at the last timestep, and as much as before at the first. */
function zeroTerminal(alphas: Float32Array): Float32Array {
  const roots = alphas.map(Math.sqrt);
  const [first, last] = [roots[0]!, roots.at(-1)!];
  const scale = Math.fround(first / Math.fround(first - last));
  const rescaled = roots.map((root) => Math.fround(Math.fround(root - last) * scale) ** 2);
  return rescaled.map((alpha, t) => 1 - Math.fround(t === 0 ? alpha : alpha / rescaled[t - 1]!));
}

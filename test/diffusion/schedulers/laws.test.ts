import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOfSigma } from '../../../src/diffusion/schedulers/prediction.js';
import { findScheduler } from '../../../src/diffusion/schedulers/registry.js';
import type { Scheduler } from '../../../src/diffusion/schedulers/scheduler.js';
import { closeTo } from './close-to.js';

const stable = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  skip_prk_steps: true,
  set_alpha_to_one: true,
};
const spacing = fc.constantFrom('leading', 'linspace', 'trailing');
const prediction = fc.constantFrom('epsilon', 'v_prediction');
/**
 * With other spacings the steps of DDIM and PNDM do not end where the next one begins, and PNDM extrapolates velocities of
 * different timesteps: so it is in diffusers, too.
 */
const deterministic = fc.oneof(
  fc.tuple(fc.constant('pndm'), fc.constant('leading'), fc.constant('epsilon')),
  fc.tuple(fc.constant('ddim'), fc.constant('leading'), prediction),
  fc.tuple(fc.constantFrom('euler', 'dpm-solver++'), spacing, prediction),
);
const tensor = fc.float32Array({ minLength: 6, maxLength: 6, min: -3, max: 3, noNaN: true });

function make(name: string, fields: object, steps: number): Scheduler {
  return findScheduler(name)!
    .configure({ ...stable, ...fields }, 'a test')
    .withSteps(steps);
}

/** The α and σ in which the sampler's noisy sample was mixed, from the sampler itself. */
function mixedAt(scheduler: Scheduler, index: number): { alpha: number; sigma: number } {
  const one = Float32Array.of(1);
  const zero = Float32Array.of(0);
  const sigma = scheduler.addNoise(zero, one, index)[0]! / scheduler.addNoise(one, zero, index)[0]!;
  return levelOfSigma(sigma);
}

describe('every deterministic scheduler', () => {
  it('finds the data back when the network knows the noise, from wherever it begins', () => {
    fc.assert(
      fc.property(
        deterministic,
        fc.integer({ min: 2, max: 30 }),
        fc.nat(),
        tensor,
        tensor,
        ([name, timestep_spacing, prediction_type], steps, where, data, noise) => {
          const scheduler = make(name, { timestep_spacing, prediction_type }, steps);
          // PNDM repeats the second timestep: begun there, its first two calls are not at neighbouring noise levels
          const index = where % (name === 'pndm' ? 1 : steps);
          let sample = scheduler.addNoise(data, noise, index);
          let state = scheduler.begin(index);
          while (state.index < scheduler.timesteps.length) {
            const { alpha, sigma } = mixedAt(scheduler, state.index);
            const output =
              prediction_type === 'epsilon'
                ? noise
                : noise.map((each, at) => alpha * each - sigma * data[at]!);
            ({ sample, state } = scheduler.step(state, output, sample));
          }
          closeTo(sample, data, { atol: 2e-3, rtol: 0 });
        },
      ),
    );
  });
});

describe('every scheduler', () => {
  const any = fc.constantFrom('ddim', 'pndm', 'euler', 'euler-ancestral', 'dpm-solver++');

  it('gives the same step twice from the same state, and writes to nothing that it is given', () => {
    fc.assert(
      fc.property(any, tensor, tensor, tensor, (name, start, output, noise) => {
        const scheduler = make(name, {}, 5);
        const before = [start, output, noise].map((each) => each.slice());
        let sample: Float32Array = start;
        let state = scheduler.begin();
        for (let call = 0; call < 4; call++) {
          const input = sample.slice();
          const once = scheduler.step(state, output, sample, noise);
          expect(scheduler.step(state, output, sample, noise)).toEqual(once);
          expect(sample).toEqual(input);
          ({ sample, state } = once);
        }
        expect([start, output, noise]).toEqual(before);
      }),
    );
  });

  it('counts its timesteps down and has one more noise level than timesteps', () => {
    fc.assert(
      fc.property(any, spacing, fc.integer({ min: 1, max: 200 }), (name, timestep_spacing, steps) => {
        const { timesteps, sigmas } = make(name, { timestep_spacing, steps_offset: 1 }, steps);
        expect(timesteps.length).toBe(name === 'pndm' && steps > 1 ? steps + 1 : steps);
        const falls = timesteps.every((timestep, at) => timestep <= timesteps[Math.max(at - 1, 0)]!);
        expect({ falls, last: timesteps.at(-1)! >= 0 }).toEqual({ falls: true, last: true });
        if (sigmas !== undefined) expect(sigmas.length).toBe(steps + 1);
      }),
    );
  });

  it('refuses steps that the trained timesteps do not hold, and an index beyond the last one', () => {
    for (const name of ['ddim', 'pndm', 'euler', 'euler-ancestral', 'dpm-solver++']) {
      for (const steps of [0, 2.5, 1001]) expect(() => make(name, {}, steps)).toThrow('out of range');
      const { begin, timesteps } = make(name, {}, 5);
      for (const index of [-1, timesteps.length]) expect(() => begin(index)).toThrow(RangeError);
    }
    const leading = { timestep_spacing: 'leading', steps_offset: 1 };
    expect(() => make('ddim', leading, 1000)).toThrow('beyond the trained ones');
  });

  it('refuses tensors of different sizes, and an ancestral step without noise', () => {
    const ancestral = make('euler-ancestral', {}, 3);
    const three = new Float32Array(3);
    expect(() => ancestral.step(ancestral.begin(), three, three)).toThrow('needs noise');
    expect(() => ancestral.step(ancestral.begin(), three, new Float32Array(4), three)).toThrow(RangeError);
  });

  it('cuts the timesteps of Karras levels on a cosine schedule as diffusers 0.42 does', () => {
    const cosine = { beta_schedule: 'squaredcos_cap_v2', use_karras_sigmas: true };
    const of = (num_train_timesteps: number, steps: number) => [
      ...make('dpm-solver++', { ...cosine, num_train_timesteps }, steps).timesteps,
    ];
    expect(of(1000, 5)).toEqual([998, 998, 997, 937, 0]);
    expect(of(100, 5)).toEqual([99, 98, 97, 80, 0]);
    // diffusers says 49 first where PyTorch's square root is off by a digit.
    expect(of(50, 5).slice(1)).toEqual([48, 48, 37, 0]);
  });
});

import { describe, expect, it } from 'vitest';
import { cumulativeAlphas } from '../../../src/diffusion/schedulers/noise-schedule.js';
import { findScheduler } from '../../../src/diffusion/schedulers/registry.js';
import type { Scheduler } from '../../../src/diffusion/schedulers/scheduler.js';
import { goldenJson, goldenTensors } from '../../fixtures/golden-file.js';
import { closeTo } from './close-to.js';

interface Case {
  readonly name: string;
  readonly scheduler: Readonly<Record<string, unknown>> & { readonly class: string };
  readonly steps: number;
  /** Index of the first step; 0 where it is left out. */
  readonly begin?: number;
  readonly initNoiseSigma: number;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

const casesOf = (file: string): Case[] =>
  goldenJson<{ cases: Case[] }>(`diffusion/schedulers/${file}.json`).cases;
const tensorsOf = (file: string) => {
  const read = goldenTensors(`diffusion/schedulers/${file}.safetensors`);
  return (name: string): Float32Array => Float32Array.from(read(name));
};
const inputs = tensorsOf('inputs');
const goldens = tensorsOf('goldens');
const more = tensorsOf('more');

function schedulerOf({ scheduler: { class: name, ...fields }, steps }: Case): Scheduler {
  return findScheduler(name)!.configure(fields, name).withSteps(steps);
}

describe.each([
  { cases: casesOf('cases'), input: inputs, noiseName: 'ancestralNoise', golden: goldens },
  { cases: casesOf('more'), input: more, noiseName: 'noises', golden: more },
])('schedulers beside diffusers', ({ cases, input, noiseName, golden }) => {
  const start = input('start');
  const part = (values: Float32Array, index: number): Float32Array => {
    const at = index < 0 ? values.length / start.length + index : index;
    return values.subarray(at * start.length, (at + 1) * start.length);
  };
  const outputs = input('modelOutputs');
  const noises = input(noiseName);

  describe.each(cases)('$name', (run) => {
    const { name, tolerance, begin = 0 } = run;
    const scheduler = schedulerOf(run);

    it('has the timesteps, the noise levels and the starting scale', () => {
      closeTo(scheduler.timesteps, golden(`${name}.timesteps`), { atol: 1e-4, rtol: 0 });
      if (scheduler.sigmas !== undefined)
        closeTo(scheduler.sigmas, golden(`${name}.sigmas`), { atol: 0, rtol: 2e-7 });
      expect(scheduler.initNoiseSigma).toBe(run.initNoiseSigma);
    });

    it('gives every sample and every input of the network', () => {
      const samples = golden(`${name}.samples`);
      const scaled = golden(`${name}.scaledInputs`);
      let sample =
        begin === 0
          ? start.map((value) => value * scheduler.initNoiseSigma)
          : scheduler.addNoise(start, part(noises, -1), begin);
      let state = scheduler.begin(begin);
      while (state.index < scheduler.timesteps.length) {
        const { index } = state;
        closeTo(scheduler.scaleModelInput(sample, index), part(scaled, index - begin), tolerance);
        const noise = scheduler.consumesNoise ? part(noises, index) : undefined;
        ({ sample, state } = scheduler.step(state, part(outputs, index), sample, noise));
        closeTo(sample, part(samples, index - begin), tolerance);
      }
      expect(samples.length / start.length).toBe(scheduler.timesteps.length - begin);
    });
  });
});

describe('the noise that is added to a clean sample', () => {
  const noise = inputs('ancestralNoise').subarray(0, inputs('start').length);
  it.each(casesOf('cases'))('is that of the third timestep of $name', (run) => {
    const noisy = schedulerOf(run).addNoise(inputs('start'), noise, 2);
    closeTo(noisy, goldens(`${run.name}.addNoise`), run.tolerance);
  });
});

describe('ᾱ of the trained timesteps', () => {
  const stable = {
    num_train_timesteps: 1000,
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
  } as const;

  it('is that of torch, bit for bit', () => {
    expect(cumulativeAlphas(stable)).toEqual(goldens('alphasCumprod'));
  });

  it('falls to 0 with zero terminal SNR', () => {
    const alphas = cumulativeAlphas({ ...stable, rescale_betas_zero_snr: true });
    closeTo(alphas, goldens('alphasCumprodZeroSnr'), { atol: 0, rtol: 1e-5 });
  });
});

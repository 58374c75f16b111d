import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chooseScheduler, SchedulerChoice } from '../../../src/diffusion/schedulers/choose-scheduler.js';
import { readSchedulerFile } from '../../../src/diffusion/schedulers/scheduler-file.js';
import { firstStepOf } from '../../../src/diffusion/strength.js';
import { TurboError } from '../../../src/errors/turbo-error.js';
import { goldenJson } from '../../fixtures/golden-file.js';

const fixture = (checkpoint: string) =>
  readSchedulerFile(join(import.meta.dirname, '../../fixtures/diffusion', checkpoint, 'scheduler'));
const sd1 = fixture('sd1');
const sd2 = fixture('sd2');
const file = (fields: Record<string, unknown>) => ({ where: 'scheduler_config.json', fields });

const folders: string[] = [];
function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  folders.push(folder);
  writeFileSync(join(folder, 'scheduler_config.json'), text);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Run {
  readonly name: string;
  readonly kind: string;
  readonly scheduler: { readonly class: string; readonly use_karras_sigmas?: boolean };
  readonly steps: number;
  readonly strength: number | null;
  readonly reduction?: object | null;
  readonly timesteps: number[];
}

describe("the checkpoint's scheduler", () => {
  it('is the one that its file names', () => {
    expect(chooseScheduler(sd1).name).toBe('pndm');
    expect(chooseScheduler(sd2)).toMatchObject({ name: 'ddim', config: { prediction_type: 'v_prediction' } });
  });

  describe.each([
    { checkpoint: 'sd1', config: sd1 },
    { checkpoint: 'sd2', config: sd2 },
  ])('of $checkpoint', ({ checkpoint, config }) => {
    const { cases } = goldenJson<{ cases: Run[] }>(`diffusion/${checkpoint}/cases.json`);
    const runs = cases.filter(({ kind, reduction }) => kind.endsWith('to-image') && !reduction);

    it.each(runs)(
      'calls the network at the timesteps of $name',
      ({ scheduler, steps, strength, timesteps }) => {
        const { class: name, use_karras_sigmas: karras } = scheduler;
        const { withSteps } = chooseScheduler(config, karras === true ? { class: name, karras } : name);
        const first = strength === null ? 0 : firstStepOf(strength, steps);
        expect([...withSteps(steps).timesteps.subarray(first)]).toEqual(timesteps);
      },
    );
  });

  it("takes the chosen class's own defaults for what the file lacks", () => {
    expect(chooseScheduler(sd1, 'pndm').config.timestep_spacing).toBe('leading');
    expect(chooseScheduler(sd1, 'ddim').config).toMatchObject({
      timestep_spacing: 'leading',
      steps_offset: 1,
    });
    for (const name of ['euler', 'EulerAncestralDiscreteScheduler', 'dpm-solver++'])
      expect(chooseScheduler(sd1, name).config.timestep_spacing).toBe('linspace');
  });

  it('passes over keys that the class does not have, whatever they say', () => {
    const { config } = chooseScheduler(
      file({
        ...sd1.fields,
        solver_order: 3,
        thresholding: true,
        clip_sample: true,
        _diffusers_version: '9',
      }),
    );
    expect(config).not.toHaveProperty('solver_order');
  });
});

describe("the experiment's choice", () => {
  it('changes single values', () => {
    const { config } = chooseScheduler(sd1, { class: 'euler', karras: true, timestepSpacing: 'trailing' });
    expect(config).toMatchObject({ use_karras_sigmas: true, timestep_spacing: 'trailing', beta_end: 0.012 });
    expect(chooseScheduler(sd2, { predictionType: 'epsilon' }).config.prediction_type).toBe('epsilon');
  });

  it('knows names of both kinds and no others', () => {
    expect(SchedulerChoice.safeParse('DDIMScheduler').success).toBe(true);
    expect(SchedulerChoice.safeParse({ class: 'euler-ancestral' }).success).toBe(true);
    expect(SchedulerChoice.safeParse('dpm').success).toBe(false);
    expect(SchedulerChoice.safeParse({ class: 'euler', karas: true }).success).toBe(false);
    expect(z.toJSONSchema(SchedulerChoice)).toMatchObject({
      anyOf: [{ type: 'string' }, { type: 'object' }],
    });
  });

  it('is refused where the class has no such option, and told which have it', () => {
    expect(() => chooseScheduler(sd1, { class: 'ddim', karras: true })).toThrow(
      /ddim has no karras[\s\S]*one of: euler, dpm-solver\+\+/,
    );
  });
});

describe('a config that cannot be honoured', () => {
  const dpm = { _class_name: 'DPMSolverMultistepScheduler' };
  const euler = { _class_name: 'EulerDiscreteScheduler' };
  const ddim = { _class_name: 'DDIMScheduler' };
  it.each([
    { fields: { ...dpm, solver_order: 3 }, says: /only orders 1 and 2[\s\S]*solver_order/ },
    {
      fields: { ...dpm, algorithm_type: 'sde-dpmsolver++' },
      says: /only dpmsolver\+\+[\s\S]*algorithm_type/,
    },
    { fields: { ...dpm, solver_type: 'heun' }, says: /only midpoint/ },
    { fields: { ...dpm, use_lu_lambdas: true }, says: /use_lu_lambdas/ },
    { fields: { ...dpm, lambda_min_clipped: -5.1 }, says: /-5.1 is not supported[\s\S]*lambda_min_clipped/ },
    { fields: { ...dpm, variance_type: 'learned_range' }, says: /predict a variance/ },
    { fields: { ...dpm, prediction_type: 'flow_prediction' }, says: /prediction_type/ },
    { fields: { ...euler, use_beta_sigmas: true }, says: /use_beta_sigmas/ },
    { fields: { ...euler, sigma_max: 700 }, says: /700 is not supported[\s\S]*sigma_max/ },
    { fields: { ...euler, timestep_type: 'continuous' }, says: /only discrete/ },
    { fields: { ...euler, beta_schedule: 'sigmoid' }, says: /beta_schedule/ },
    { fields: { ...ddim, thresholding: true }, says: /thresholding/ },
    { fields: { ...ddim, rescale_betas_zero_snr: true }, says: /rescale_betas_zero_snr/ },
    { fields: { _class_name: 'PNDMScheduler' }, says: /Runge–Kutta[\s\S]*skip_prk_steps/ },
    {
      fields: { _class_name: 'PNDMScheduler', skip_prk_steps: true, prediction_type: 'sample' },
      says: /prediction_type/,
    },
    { fields: { _class_name: 'DDIMSchedular' }, says: /did you mean DDIMScheduler\?/ },
    { fields: {}, says: /not one that turbo-bench has/ },
  ])('is refused: $fields', ({ fields, says }) => {
    const choose = () => chooseScheduler(file(fields));
    expect(choose).toThrow(TurboError);
    expect(choose).toThrow(says);
    expect(choose).toThrow('scheduler_config.json');
  });

  it('is refused when its trained betas are not one for each timestep', () => {
    const { withSteps } = chooseScheduler(file({ ...ddim, trained_betas: [0.1, 0.2, 0.3] }));
    expect(() => withSteps(2)).toThrow(/value: {3}3[\s\S]*num_train_timesteps = 1000/);
  });
});

describe('scheduler_config.json', () => {
  it('may hold the -Infinity that Python writes, and null for what is left out', () => {
    const read = readSchedulerFile(
      folderWith(
        '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "variance_type": null}',
      ),
    );
    expect(read.fields).toEqual({ _class_name: 'DPMSolverMultistepScheduler' });
    expect(chooseScheduler(read).name).toBe('dpm-solver++');
  });

  it('must be there, and a JSON object', () => {
    expect(() => readSchedulerFile('/nowhere')).toThrow(
      /cannot be read[\s\S]*\/nowhere\/scheduler_config\.json/,
    );
    expect(() => readSchedulerFile(folderWith('[]'))).toThrow('must be a JSON object');
    expect(() => readSchedulerFile(folderWith('{"a": '))).toThrow('not valid JSON');
  });
});

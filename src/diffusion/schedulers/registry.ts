/**
 * The schedulers that a checkpoint or an experiment can name. A new one is one file here and one line in the list.
 */
import { z } from 'zod';
import { TurboError } from '../../errors/turbo-error.js';
import { DdimConfig, ddim } from './ddim.js';
import { DpmSolverConfig, dpmSolver } from './dpm-solver.js';
import { EulerConfig, euler } from './euler.js';
import { EulerAncestralConfig, eulerAncestral } from './euler-ancestral.js';
import { PndmConfig, pndm } from './pndm.js';
import type { Scheduler } from './scheduler.js';

/** A scheduler whose config is checked; only the number of steps is open. */
export interface ConfiguredScheduler {
  readonly name: string;
  /** Every key of diffusers' config that the class has here, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** @throws TurboError when the trained timesteps do not hold so many steps */
  withSteps(steps: number): Scheduler;
}

/** A class of diffusers, under its name there and under ours. */
export interface SchedulerClass {
  readonly name: string;
  readonly className: string;
  /** Keys of `scheduler_config.json` that mean something to this class; it passes over all others, as diffusers does. */
  readonly keys: readonly string[];
  /**
   * @param where the file that the fields are from, for the error
   * @throws TurboError naming every value that cannot be honoured
   */
  configure(fields: Readonly<Record<string, unknown>>, where: string): ConfiguredScheduler;
}

function schedulerClass<Schema extends z.ZodObject>(
  name: string,
  className: string,
  schema: Schema,
  create: (config: z.output<Schema>, steps: number) => Scheduler,
): SchedulerClass {
  return {
    name,
    className,
    keys: Object.keys(schema.shape),
    configure(fields, where) {
      const parsed = schema.safeParse(fields);
      if (!parsed.success)
        throw new TurboError(`${className} cannot be run as configured:\n${z.prettifyError(parsed.error)}`, {
          where,
          next: 'name another scheduler or other values under `scheduler` in the experiment',
        });
      return { name, config: parsed.data, withSteps: (steps) => create(parsed.data, steps) };
    },
  };
}

export const schedulers: readonly SchedulerClass[] = [
  schedulerClass('ddim', 'DDIMScheduler', DdimConfig, ddim),
  schedulerClass('pndm', 'PNDMScheduler', PndmConfig, pndm),
  schedulerClass('euler', 'EulerDiscreteScheduler', EulerConfig, euler),
  schedulerClass('euler-ancestral', 'EulerAncestralDiscreteScheduler', EulerAncestralConfig, eulerAncestral),
  schedulerClass('dpm-solver++', 'DPMSolverMultistepScheduler', DpmSolverConfig, dpmSolver),
];

/** Our names and those of diffusers' classes. */
export const schedulerNames: readonly string[] = [
  ...schedulers.map(({ name }) => name),
  ...schedulers.map(({ className }) => className),
];

/** The class of that name, ours or diffusers'. */
export function findScheduler(name: string): SchedulerClass | undefined {
  return schedulers.find((each) => each.name === name || each.className === name);
}

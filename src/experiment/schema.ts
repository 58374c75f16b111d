/**
 * The one definition of the experiment file: the types, the checks, the JSON Schema for editors and the reference page
 * all come from here.
 */
import { z } from 'zod';
import { TaskOptions } from '../tasks/options.js';
import { EngineOptions, MeasureOptions } from './measure-options.js';
import { ModelEntry } from './model-entry.js';
import { reductionEntrySchema } from './reduction-entry.js';
import type { Methods } from './reduction-sweep.js';

/** Changes whenever an old result may no longer be compared with a new one; part of every fingerprint. */
export const SCHEMA_VERSION = 2;

/** @param methods the registry of reduction methods, whose own schemas say what an entry may hold */
export function experimentSchema(methods: Methods) {
  return z
    .strictObject({
      name: z
        .string()
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
          'letters, digits, dot, dash, underscore; at most 64 characters',
        )
        .describe('Name of the experiment and of its folder under reports/.'),
      description: z
        .string()
        .optional()
        .describe('What the experiment is to find out; printed above its tables.'),
      seed: z.int().min(0).max(0xffffffff).default(0).describe('Seeds everything random.'),
      models: z.array(ModelEntry).min(1).describe('Models to run, each in a process of its own.'),
      tasks: z.array(TaskOptions).min(1).describe('What each model is asked to do.'),
      reduction: z
        .array(reductionEntrySchema(methods))
        .default([])
        .describe('Methods to compare. The model without reduction (`none`) is always there, once.'),
      measure: MeasureOptions.prefault({}),
      engine: EngineOptions.prefault({}),
      limit: z
        .int()
        .min(1)
        .optional()
        .describe(
          'Samples of each dataset that are used at most, chosen by the seed, the same for every variant.',
        ),
      onBadSample: z
        .enum(['fail', 'skip'])
        .default('fail')
        .describe(
          'What a corrupt image does: `fail` makes the trial invalid, `skip` counts it in the table.',
        ),
      maxSilentSeconds: z
        .number()
        .min(10)
        .optional()
        .describe(
          'Seconds that a worker process may be silent. One that has finished no pass and no picture for longer hangs: it is ended, its trial fails, and the run goes on. By default 20 times what the longest trial is expected to take, half an hour at least. It changes no result.',
        ),
      charts: z
        .union([z.enum(['default', 'none']), z.array(z.string().min(1))])
        .default('default')
        .describe('Charts to draw: `default` draws all that the experiment has the data for.'),
    })
    .describe('An experiment of turbo-bench: which models, tasks and reductions to measure, and how.');
}

/** A checked experiment, with every default filled in. Entries under `reduction` are still swept. */
export type Experiment = z.output<ReturnType<typeof experimentSchema>>;

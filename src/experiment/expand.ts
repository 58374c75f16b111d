/**
 * From a sweep to trials: every model under all conditions and in every precision with every task and every reduction, each cell once, the unreduced model first.
 */

import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { FULL_PRECISION, type Precision } from '../precision/precision.js';
import type { TaskOptions } from '../tasks/options.js';
import { distinct } from './canonical-json.js';
import { type Conditions, conditionsOf } from './conditions.js';
import { distinctModels } from './distinct-models.js';
import { DEFAULT_BATCH_SIZE } from './measure-options.js';
import type { ModelChoice } from './model-entry.js';
import { type Cell, cellsOf, type Methods, methodOf } from './reduction-sweep.js';
import type { Experiment } from './schema.js';

/** A method with every parameter filled in, as `parseReduction` of the reduction folder takes it. */
export interface ReductionChoice {
  readonly method: string;
  readonly [parameter: string]: unknown;
}

/** One cell of the experiment. */
export interface Trial {
  readonly model: ModelChoice;
  readonly task: TaskOptions;
  readonly reduction: ReductionChoice;
  readonly conditions: Conditions;
  readonly precision: Precision;
}

/** Whether a trial is of the unreduced model in float32, which all others are held against. */
export function isReference({ reduction, precision }: Pick<Trial, 'reduction' | 'precision'>): boolean {
  return reduction.method === BASELINE && precision === FULL_PRECISION;
}

/** Refuses sweeps that nobody means to run. */
export const MOST_TRIALS = 20_000;

/** The method that leaves the model as it is. */
export const BASELINE = 'none';

/**
 * Trials in the order of the file: by model, then conditions, then precision, then reduction, then task, so that a variant is built once for all tasks.
 * What all others are held against is the unreduced model in float32: it is there whichever precisions are asked for.
 *
 * @throws TurboError when the sweep is larger than anyone means
 */
export function expandExperiment(experiment: Experiment, methods: Methods): Trial[] {
  const cells = experiment.reduction.flatMap((entry) => cellsOf(entry));
  const conditions = conditionsOf(experiment);
  const precisions = precisionsOf(experiment);
  const timesEach = conditions.length * precisions.length;
  const count = experiment.models.length * experiment.tasks.length * (cells.length + 1) * timesEach;
  if (count > MOST_TRIALS)
    throw new TurboError('This experiment describes too many trials', {
      value: count,
      allowed: `at most ${MOST_TRIALS}`,
      next: 'Shorten the lists under reduction, or split the experiment.',
    });
  const baseline: Cell = { method: BASELINE, parameters: {}, paths: {} };
  const models = distinctModels(experiment);
  const isAsked = (precision: Precision): boolean => [experiment.engine.precision].flat().includes(precision);
  const tasks = distinct(experiment.tasks);
  refuseUnknownModels('tasks', tasks, models);
  refuseUnknownModels('reduction', experiment.reduction, models);
  return models.flatMap((model) => {
    const itsCells = [baseline, ...cells].filter((cell) => isFor(cell, model));
    const reductions = distinct(itsCells.map((cell) => reductionOf(cell, methods, experiment.seed)));
    return conditions.flatMap((under) =>
      precisions.flatMap((precision) =>
        (isAsked(precision) ? reductions : reductions.slice(0, 1)).flatMap((reduction) =>
          tasks
            .filter((task) => isFor(task, model) && applies(task, reduction))
            .filter((task) => isTimed(task) || (under === conditions[0] && precision === FULL_PRECISION))
            .map((task) => ({
              ...{ model, task: withoutModels(task), reduction, precision },
              conditions: isTimed(task) ? under : { ...under, batchSize: untimedBatch(under) },
            })),
        ),
      ),
    );
  });
}

/** Those that are asked for, and before them the one that they are held against. */
function precisionsOf({ engine }: Experiment): Precision[] {
  return [...new Set([FULL_PRECISION, ...[engine.precision].flat()])];
}

/** Whether an experiment asks for anything but float32. */
export function sweepsPrecision(experiment: Experiment): boolean {
  return precisionsOf(experiment).length > 1;
}

/** Tasks and cells of the sweep may name the models that they are for. */
function isFor({ models }: { readonly models?: unknown }, model: ModelChoice): boolean {
  return !Array.isArray(models) || models.includes(model.name);
}

/** What is not timed needs no search for the largest batch. */
function untimedBatch({ batchSize }: Conditions): number {
  return batchSize === 'max' ? DEFAULT_BATCH_SIZE : batchSize;
}

/** Which models do a task does not change what comes out of it. */
function withoutModels({ models: _, ...task }: TaskOptions): TaskOptions {
  return task as TaskOptions;
}

function refuseUnknownModels(
  section: 'tasks' | 'reduction',
  entries: readonly { readonly models?: unknown }[],
  models: readonly ModelChoice[],
): void {
  const names = models.map(({ name }) => name);
  for (const [index, entry] of entries.entries())
    for (const name of Array.isArray(entry.models) ? entry.models.map(String) : []) {
      if (names.includes(name)) continue;
      throw new TurboError(`An entry under ${section} names a model that the experiment does not have`, {
        value: name,
        where: `${section}[${index}].models`,
        allowed: oneOf(name, names),
      });
    }
}

/** Parameters that some entry of the experiment writes down, in the order of the schema: the columns of the table. */
export function writtenParameters(experiment: Experiment): string[] {
  const names = experiment.reduction.flatMap((entry) => Object.keys(entry));
  return [...new Set(names)].filter((name) => name !== 'method' && name !== 'models');
}

/** A task that measures the unreduced model is not repeated for every method. */
function applies(task: TaskOptions, reduction: ReductionChoice): boolean {
  return isTimed(task) || reduction.method === BASELINE;
}

/** A task that times nothing is not repeated under other conditions either. */
function isTimed({ task }: TaskOptions): boolean {
  return task !== 'semantic-validity';
}

/** The cell with every default filled in; a method that draws by lot takes its seed from the experiment. */
function reductionOf(cell: Cell, methods: Methods, seed: number): ReductionChoice {
  const method = methodOf(cell, methods);
  if (method === undefined) throw new TurboError('Unknown reduction method', { value: cell.method });
  const seeded = 'seed' in method.schema.shape ? { seed } : {};
  return method.schema.parse({ method: cell.method, ...seeded, ...cell.parameters }) as ReductionChoice;
}

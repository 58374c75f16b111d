/** Where in an experiment what a trial is made of stands: its model, its task, its reduction. Complaints while planning are told with these places. */
import { TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import type { ReductionChoice, Trial } from '../experiment/expand.js';
import { modelChoice } from '../experiment/model-entry.js';
import { cellsOf, type Methods, methodOf } from '../experiment/reduction-sweep.js';
import type { Experiment } from '../experiment/schema.js';

/** Path of the entry that a model of a trial comes from. */
export function modelEntryOf({ models }: Experiment, { model, preset }: Trial['model']): PropertyKey[] {
  const choices = models.map(modelChoice);
  return ['models', choices.findIndex((choice) => choice.model === model && choice.preset === preset)];
}

/** Path of the entry that a task of a trial comes from. */
export function taskEntryOf({ tasks }: Experiment, task: Trial['task']): PropertyKey[] {
  const own = canonicalJson(task);
  return ['tasks', tasks.findIndex((entry) => canonicalJson({ ...entry, models: undefined }) === own)];
}

/** Path of the entry whose sweep holds the reduction of a trial; that of the section where none does. */
export function reductionEntryOf(
  { reduction: entries }: Pick<Experiment, 'reduction'>,
  { model, reduction }: Pick<Trial, 'model' | 'reduction'>,
  methods: Methods,
): PropertyKey[] {
  const own = canonicalJson({ ...reduction, seed: undefined });
  const isOwn = (choice: ReductionChoice): boolean => canonicalJson({ ...choice, seed: undefined }) === own;
  const at = entries.findIndex((entry) =>
    cellsOf(entry).some((cell) => {
      const parsed = methodOf(cell, methods)?.schema.safeParse({ method: cell.method, ...cell.parameters });
      const isForModel = cell.models?.includes(model.name) ?? true;
      return isForModel && parsed?.success === true && isOwn(parsed.data as ReductionChoice);
    }),
  );
  return at < 0 ? ['reduction'] : ['reduction', at];
}

/** Tells a complaint with the model that it is about, where it names no place itself. */
export async function aboutModel<Value>(
  { name }: Trial['model'],
  look: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof TurboError) || thrown.parts.where !== undefined) throw thrown;
    throw new TurboError(thrown.what, { ...thrown.parts, where: `the model ${name}` }, thrown.exitCode);
  }
}

/**
 * What a cell of a run is: everything that must be equal for two results to be comparable, with the value that it had.
 *
 * Nothing counts here only because a run has several of it: batch 8 alone, and batch 8 of a sweep, are the same cell.
 */
import { z } from 'zod';
import { shortModelName } from '../trial-groups.js';

const Plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Parameters = z.record(z.string(), Plain);
export type Plain = z.infer<typeof Plain>;

const CellConditions = z.strictObject({
  /** `CPU`, `TFJS WASM`: without its threads. */
  device: z.string(),
  /** Inside one operator; null where they were not noted, or change nothing. */
  threads: z.int().nullable(),
  /** Samples in one batch, of `max` what it came to; null where it was not noted, or changes nothing. */
  batchSize: z.int().nullable(),
  precision: z.string(),
});
export type CellConditions = z.infer<typeof CellConditions>;

/** As the experiment has them, every default filled in. */
const CellSettings = z.strictObject({
  /** The name of its entry, image size, kind of weights. */
  model: z.looseObject({ name: z.string() }),
  /** Dataset, prompt, search: all that the task was told. */
  task: z.looseObject({ task: z.string() }),
});
export type CellSettings = z.infer<typeof CellSettings>;

export const CellIdentity = z.strictObject({
  model: z.string(),
  /** By itself: `captioning`, not `captioning (numBeams 3)`, where its settings are known. */
  task: z.string(),
  dataset: z.string(),
  method: z.string(),
  /** Those that the experiment writes down: what tables show. */
  parameters: Parameters,
  /** The same with every default of the method. */
  allParameters: Parameters,
  /** Null where the journal does not say them in a way that this version reads. */
  settings: CellSettings.nullable(),
  conditions: CellConditions,
  status: z.enum(['completed', 'invalid', 'failed', 'skipped']),
  /** Why it is not completed, or what else is worth knowing. */
  reason: z.string(),
});
export type CellIdentity = z.infer<typeof CellIdentity>;

/**
 * Equal for cells that may be compared, whatever machine and version they ran on.
 *
 * @param bySettings whether the settings of model and task count, or their names alone: false where one of two runs does not know them
 */
export function cellKey(cell: CellIdentity, bySettings: boolean): string {
  const { model, task, dataset, method, allParameters, settings, conditions } = cell;
  const what =
    bySettings && settings !== null
      ? { ...settings, model: { ...settings.model, name: shortModelName(settings.model.name) } }
      : { model: shortModelName(model), task, dataset };
  const values = Object.entries(flattened({ what, method, allParameters, conditions }));
  return JSON.stringify(values.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `{"zeroShot": true, "generate.numBeams": 3}`: the settings one by one, without what names the cell anyway. */
export function settingsByName({ settings }: Pick<CellIdentity, 'settings'>): Record<string, Plain> {
  if (settings === null) return {};
  const { name: _, ...model } = settings.model;
  const { task: __, dataset: ___, split: ____, ...task } = settings.task;
  return { ...flattened(model), ...flattened(task) };
}

/** `{a: {b: 1}}` as `{"a.b": 1}`; lists are told as one value. */
function flattened(value: object, prefix = ''): Record<string, Plain> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      if (inner === undefined) return [];
      if (typeof inner !== 'object' || inner === null) return [[`${prefix}${name}`, inner as Plain]];
      if (Array.isArray(inner)) return [[`${prefix}${name}`, JSON.stringify(inner)]];
      return Object.entries(flattened(inner, `${prefix}${name}.`));
    }),
  );
}

/**
 * What is needed of a run to hold another one against it: its cells with their figures and, of every sample, the number that each metric is the mean of.
 *
 * This is also the content of a baseline file, which is small enough to be committed.
 */
import { z } from 'zod';
import { shortModelName } from '../trial-groups.js';
import { packNumbers, unpackNumbers } from './packed-numbers.js';

/** Changes when older programs can no longer read the file. */
export const RECORD_SCHEMA = 1;
export const RECORD_FORMAT = 'turbo-bench baseline';

/** A figure with its 95 % interval. */
const Estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof Estimate>;

const SampleValues = z.strictObject({
  count: z.int().min(1),
  /** SHA-256 of their ids in their order. */
  digest: z.string(),
  /** By metric, packed. */
  values: z.record(z.string(), z.string()),
});
export type SampleValues = z.infer<typeof SampleValues>;

/** What a cell is, and how it ended. */
const CellIdentity = z.strictObject({
  model: z.string(),
  task: z.string(),
  dataset: z.string(),
  method: z.string(),
  /** `2 threads, batch 8`, where the run has cells under several conditions. */
  conditions: z.string().optional(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  status: z.enum(['completed', 'invalid', 'failed', 'skipped']),
  /** Why it is not completed, or what else is worth knowing. */
  reason: z.string(),
});
export type CellIdentity = z.infer<typeof CellIdentity>;

const CellRecord = CellIdentity.extend({
  device: z.string(),
  metrics: z.record(z.string(), z.number()),
  /** Null for the unreduced model, and where nothing was timed. */
  speedup: Estimate.nullable(),
  imagesPerSecond: Estimate.nullable(),
  /** Null where it was not kept what became of the samples. */
  samples: SampleValues.nullable(),
});
export type CellRecord = z.infer<typeof CellRecord>;

export const RunRecord = z.strictObject({
  format: z.literal(RECORD_FORMAT),
  schema: z.literal(RECORD_SCHEMA),
  experiment: z.string(),
  version: z.string(),
  /** Processor and system, which decide whether throughputs can be compared. */
  machine: z.string(),
  seed: z.int(),
  startedAt: z.string(),
  cells: z.array(CellRecord),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** The cell without its figures. */
export function identityOf({
  model,
  task,
  dataset,
  method,
  conditions,
  parameters,
  status,
  reason,
}: CellRecord): CellIdentity {
  return {
    ...{ model, task, dataset, method, parameters, status, reason },
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** What a cell is, whatever machine and version it ran on: equal for cells that may be compared. */
export function cellKey({ model, task, dataset, method, parameters, conditions = '' }: CellIdentity): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([shortModelName(model), task, dataset, method, sorted, conditions]);
}

/** `emoji-clip classification emoji-objects: turbo tokensPerLayer=8 alpha=5` */
export function cellLabel({ model, task, dataset, method, parameters, conditions }: CellIdentity): string {
  const settings = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const place = [shortModelName(model), task, dataset].filter((part) => part !== '');
  const under = conditions === undefined ? '' : ` (${conditions})`;
  return `${place.join(' ')}: ${[method, ...settings].join(' ')}${under}`;
}

/** @param values of every sample, by metric; all equally many */
export function packSamples(values: ReadonlyMap<string, Float64Array>, digest: string): SampleValues | null {
  const count = [...values.values()][0]?.length ?? 0;
  if (count === 0) return null;
  return {
    count,
    digest,
    values: Object.fromEntries([...values].map(([metric, numbers]) => [metric, packNumbers(numbers)])),
  };
}

/** [samples]; undefined where the cell does not have them. @throws TurboError when they are damaged */
export function sampleValues({ samples }: CellRecord, metric: string): Float64Array | undefined {
  const packed = samples?.values[metric];
  return samples === null || packed === undefined ? undefined : unpackNumbers(packed, samples.count);
}

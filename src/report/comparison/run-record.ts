/**
 * What is needed of a run to hold another one against it: its cells with their figures and, of every sample, the number that each metric is the mean of.
 *
 * This is also the content of a baseline file, which is small enough to be committed.
 */
import { z } from 'zod';
import { CellIdentity } from './cell-identity.js';
import { packNumbers, unpackNumbers } from './packed-numbers.js';

/** Changes when older programs can no longer read the file. Those of schema 1 do not say under which conditions a cell was measured. */
export const RECORD_SCHEMA = 2;
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

/** What a cell is, how it ended, and its figures. */
const CellRecord = CellIdentity.extend({
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
export function identityOf(cell: CellRecord): CellIdentity {
  const { metrics: _, speedup: __, imagesPerSecond: ___, samples: ____, ...identity } = cell;
  return identity;
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

/** Which trials of an experiment stand beside which rows and columns of a published table, as data beside the table. */
import { z } from 'zod';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * How a published column corresponds to a measured one.
 * - `accuracy`: values, and their changes from the unreduced model
 * - `number`: values, such as a speed-up, which is a ratio already
 * - `count`: values that are counted and not measured, such as FLOPs: they hold whether or not the trial is valid
 * - `speed`: throughput or time, compared as a multiple of one row, and absolutely on the same hardware alone
 */
const MappedColumn = z.strictObject({
  column: z.string().min(1),
  measured: z.string().min(1).describe('Column of results.csv, or `timeSaved`: 1 − 1 ÷ speed-up.'),
  factor: z
    .number()
    .default(1)
    .describe('What the measured value is multiplied by to have the published unit.'),
  title: z
    .string()
    .min(1)
    .optional()
    .describe('What is shown, where the name of the column says too little.'),
  compare: z.enum(['accuracy', 'number', 'count', 'speed']),
});
export type MappedColumn = z.infer<typeof MappedColumn>;

const TrialSelector = z.strictObject({
  model: z.string().min(1).describe('Name of the model in the experiment.'),
  task: z.string().min(1).optional(),
  dataset: z.string().min(1).optional().describe('With its split where the experiment names one: coco/test.'),
  method: z.string().min(1),
  parameters: z.record(z.string(), Value).default({}).describe('As columns of results.csv have them.'),
});
export type TrialSelector = z.infer<typeof TrialSelector>;

const PublishedRow = z.record(z.string(), Value);

export const Reproduction = z.strictObject({
  experiment: z
    .string()
    .regex(/^experiments\/[A-Za-z0-9/_-]+\.yaml$/)
    .describe('Our experiment, relative to turbo-bench.'),
  only: z
    .array(z.string().min(1))
    .optional()
    .describe('Trials of it that are meant, as `run --only` takes them.'),
  columns: z.array(MappedColumn).min(1),
  rows: z
    .array(
      z.strictObject({
        published: PublishedRow.describe('Values that name one row.'),
        trial: TrialSelector,
        columns: z.array(MappedColumn).min(1).optional().describe('In place of the common ones.'),
      }),
    )
    .min(1),
  relativeTo: PublishedRow.optional().describe(
    'The row that speeds are multiples of; by default that of the same model without reduction.',
  ),
  presets: z
    .record(z.string(), z.strictObject({ preset: z.string().min(1), imageSize: z.int().min(1).optional() }))
    .optional()
    .describe('Architecture with random weights that stands in for each model.'),
  obtain: z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe('How to come by files that are not on the hub, by path.'),
  differences: z
    .array(z.strictObject({ condition: z.string(), published: z.string(), measured: z.string() }))
    .default([])
    .describe('Conditions that are known to differ and that no program can tell.'),
});
export type Reproduction = z.infer<typeof Reproduction>;

/** Values of a published row, by the names of the columns. */
export type PublishedRecord = Readonly<Record<string, string | number | boolean | null>>;

/** The rows of a table that have all of these values. */
export function rowsNamed(
  table: {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  },
  values: PublishedRecord,
): PublishedRecord[] {
  const records = table.rows.map((row) =>
    Object.fromEntries(table.columns.map(({ name }, at) => [name, row[at] ?? null])),
  );
  return records.filter((record) =>
    Object.entries(values).every(([name, value]) => name in record && record[name] === value),
  );
}

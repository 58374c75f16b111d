/** Under which conditions a table was published and measured anew, and which of them differ. */
import { z } from 'zod';
import type { ReferenceTable } from './reference-table.js';
import type { Reproduction } from './reproduction.js';

/** What held when it was measured here. */
export const MeasuredConditions = z.strictObject({
  /** `CPU, 2 threads` */
  device: z.string(),
  /** Name of the processor or GPU. */
  hardware: z.string(),
  precision: z.string(),
  batchSizes: z.array(z.union([z.number(), z.string()])).readonly(),
  /** Sides of the images where the experiment sets them, in pixels. */
  imageSizes: z.array(z.number()).readonly(),
  randomWeights: z.boolean(),
  /** Samples of each dataset at most; null for all. */
  limit: z.number().nullable(),
});
export type MeasuredConditions = Readonly<z.infer<typeof MeasuredConditions>>;

/** One condition that is not the same here and there. */
export interface DifferingCondition {
  readonly condition: string;
  readonly published: string;
  readonly measured: string;
}

const NOT_STATED = 'not stated';

/** Whether speeds themselves may be compared: the source names the processor or GPU that this machine has. */
export function isSameHardware({ hardware }: ReferenceTable, measured: MeasuredConditions): boolean {
  if (hardware === null) return false;
  const here = wordsOf(`${measured.hardware} ${measured.device}`);
  const model = wordsOf(hardware).filter((word) => /\d/.test(word));
  return model.length > 0 && model.every((word) => here.includes(word));
}

/** Conditions that differ or that the source does not state; first those that are computed, then those that the mapping names. */
export function differingConditions(
  table: ReferenceTable,
  { differences, rows }: Reproduction,
  here: MeasuredConditions,
): DifferingCondition[] {
  const { settings } = table;
  const found: DifferingCondition[] = [];
  const add = (condition: string, published: string, measured: string): void => {
    found.push({ condition, published, measured });
  };
  if (!isSameHardware(table, here))
    add('device', table.hardware ?? NOT_STATED, `${here.hardware} (${here.device})`);
  const precision = textOf(settings.precision);
  if (precision !== here.precision) add('precision', precision, here.precision);
  const batches = valuesOf(table, 'batchSize', rows);
  const ownBatches = here.batchSizes.join(', ');
  if (batches.join(', ') !== ownBatches) add('batch size', batches.join(', ') || NOT_STATED, ownBatches);
  const sides = valuesOf(table, 'imageSize', rows);
  const ours = here.imageSizes.map(String);
  if (sides.length > 0 && ours.some((side) => !sides.includes(side)))
    add('image size', `${sides.join(', ')} px`, `${ours.join(', ')} px`);
  const isTrained = settings.trainedWithReduction === true;
  if (here.randomWeights) add('checkpoint', table.model ?? NOT_STATED, 'random weights: speed alone');
  else if (isTrained) add('training', 'weights trained with the reduction', 'weights trained without it');
  if (here.limit !== null) add('samples', 'all', `at most ${here.limit.toLocaleString('en')}`);
  return [...found, ...differences];
}

/** What the table says of a condition: once for all rows, or in a column of the rows that are mapped. */
function valuesOf(
  { settings, columns, rows: all }: ReferenceTable,
  name: string,
  mapped: Reproduction['rows'],
): string[] {
  const shared = settings[name];
  if (shared !== undefined && shared !== null) return [String(shared)];
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) return [];
  const meant = all.filter((row) =>
    mapped.some(({ published }) =>
      Object.entries(published).every(
        ([key, value]) => row[columns.findIndex((column) => column.name === key)] === value,
      ),
    ),
  );
  return [...new Set(meant.map((row) => String(row[at])))];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : NOT_STATED;
}

/** Words in small letters, without signs of trade. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll(/\((?:r|tm)\)/g, ' ')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/**
 * A published table as data: figures with their source, and what they hold for. One JSON file per table in reports/reference/.
 *
 * Accuracies and recalls are in per cent, also where the source has fractions. Null in a row: the notes say why.
 */
import { z } from 'zod';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import { Reproduction, rowsNamed } from './reproduction.js';

/** One value of a published row: a label, a setting or a result. */
export const PublishedCell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type PublishedCell = z.infer<typeof PublishedCell>;

const PublishedColumn = z.strictObject({
  name: z.string().min(1),
  unit: z.string().describe('Empty for labels and pure numbers.'),
  higherIsBetter: z.boolean().optional().describe('The good direction of a result; absent on settings.'),
});
export type PublishedColumn = z.infer<typeof PublishedColumn>;

const Source = z.strictObject({
  what: z.string().min(1).describe('The document, with the number of the table where it has one.'),
  url: z.url().optional().describe('Fixed to a commit where it lies in a repository.'),
  repository: z.string().optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  path: z.string().optional().describe('File in the repository.'),
  page: z.int().min(1).optional().describe('Page of the document.'),
  paper: z.string().optional(),
  note: z.string().optional(),
});

const Fields = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string().min(1),
  source: Source,
  model: z.string().nullable(),
  dataset: z.string().nullable(),
  hardware: z.string().nullable().describe('Null where the source does not name it.'),
  settings: z.record(z.string(), PublishedCell).describe('What holds for all rows.'),
  columns: z.array(PublishedColumn).min(1),
  rows: z.array(z.array(PublishedCell)).min(1).describe('In the order of the columns.'),
  notes: z.array(z.string().min(1)).describe('Doubts, inferences, selections.'),
  reproduction: Reproduction.optional().describe('Which trials of ours stand beside which rows.'),
  notReproduced: z.string().min(1).optional().describe('Why there is no experiment of ours.'),
});

export const ReferenceTable = Fields.superRefine((table, context) => {
  const problem = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const names = table.columns.map(({ name }) => name);
  if (new Set(names).size < names.length) problem(['columns'], 'two columns have one name');
  for (const [at, row] of table.rows.entries())
    if (row.length !== names.length)
      problem(['rows', at], `${row.length} values for ${names.length} columns`);
  for (const [column, { higherIsBetter }] of table.columns.entries())
    for (const [at, row] of table.rows.entries())
      if (higherIsBetter !== undefined && typeof (row[column] ?? 0) !== 'number')
        problem(['rows', at, column], 'a result is a number or null');
  const ownSource = names.indexOf('source');
  if (table.source.url === undefined && !table.rows.every((row) => hasAddress(row[ownSource])))
    problem(['source', 'url'], 'no address: give one, or one in a column `source` of each row');
  if ((table.reproduction === undefined) === (table.notReproduced === undefined))
    problem(['reproduction'], 'a table has either `reproduction` or `notReproduced`');
  if (table.reproduction !== undefined)
    for (const { path, message } of problemsOfMapping(table, table.reproduction)) problem(path, message);
});
export type ReferenceTable = z.infer<typeof Fields>;

function hasAddress(cell: PublishedCell | undefined): boolean {
  return typeof cell === 'string' && cell.startsWith('https://');
}

interface MappingProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

function problemsOfMapping(
  table: ReferenceTable,
  { columns, rows, relativeTo }: Reproduction,
): MappingProblem[] {
  const names = table.columns.map(({ name }) => name);
  const unknown = (mapped: Reproduction['columns'], path: (string | number)[]): MappingProblem[] =>
    mapped.flatMap(({ column }, at) =>
      names.includes(column)
        ? []
        : [{ path: [...path, at, 'column'], message: `the table has no column ${column}` }],
    );
  const selectors = [
    ...rows.map(({ published }, at) => ({ published, path: ['reproduction', 'rows', at, 'published'] })),
    ...(relativeTo === undefined ? [] : [{ published: relativeTo, path: ['reproduction', 'relativeTo'] }]),
  ];
  const vague = selectors.flatMap(({ published, path }) => {
    const count = rowsNamed(table, published).length;
    return count === 1 ? [] : [{ path, message: `names ${count} rows of the table, not one` }];
  });
  return [
    ...unknown(columns, ['reproduction', 'columns']),
    ...rows.flatMap((row, at) => unknown(row.columns ?? [], ['reproduction', 'rows', at, 'columns'])),
    ...vague,
  ];
}

/** @param file the name under which problems are reported @throws TurboError that lists every problem */
export function parseReferenceTable(text: string, file: string): ReferenceTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(messageOf(cause), file, cause);
  }
  const parsed = ReferenceTable.safeParse(value);
  if (!parsed.success) throw broken(z.prettifyError(parsed.error), file, parsed.error);
  return parsed.data;
}

function broken(reason: string, where: string, cause: unknown): TurboError {
  return new TurboError(`The published table cannot be used: ${reason}`, {
    where,
    next: 'reports/reference/README.md describes the form of such a file.',
    cause,
  });
}

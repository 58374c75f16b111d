/** Measured beside published figures as text: for the terminal, and as reproduction.md in the folder of the report. */
import { type MarkdownColumn, markdownTable } from '../markdown-table.js';
import { withoutHtml } from '../markdown-without-html.js';
import { type ComparedFigure, rowLabel } from './compare-published.js';
import type { DifferingCondition } from './conditions.js';
import type { ReferenceTable } from './reference-table.js';

/** What a reproduction found, as plain data: what `--json` prints and a report page can show. */
export interface ReproductionResult {
  readonly table: ReferenceTable;
  readonly experiment: string;
  readonly conditions: readonly DifferingCondition[];
  readonly randomWeights: boolean;
  readonly figures: readonly ComparedFigure[];
  /** What is to be said of the whole, in sentences. */
  readonly remarks: readonly string[];
}

/** A reproduction as the report page shows it. */
export interface ShownReproduction {
  readonly title: string;
  readonly source: { readonly text: string; readonly url: string | null };
  readonly experiment: string;
  /** What follows `turbo-bench` to run it. */
  readonly command: readonly string[];
  readonly remarks: readonly string[];
  readonly conditions: readonly DifferingCondition[];
  readonly legend: string;
  readonly columns: readonly { readonly key: keyof ReproductionRow; readonly heading: string }[];
  readonly rows: readonly { readonly cells: ReproductionRow; readonly isValid: boolean }[];
  /** On the source. */
  readonly notes: readonly string[];
}

export function shownReproduction(result: ReproductionResult): ShownReproduction {
  const { table, experiment, conditions, figures, remarks, randomWeights } = result;
  const { what, url, page, paper } = table.source;
  const rows = reproductionRows(figures);
  const text = [what, page && `page ${page}`, paper].filter(Boolean).join(', ');
  return {
    title: table.title,
    source: { text, url: url ?? null },
    command: ['reproduce', table.id, ...(randomWeights ? ['--random-weights'] : [])],
    ...{ experiment, remarks, conditions, legend: legend(table), notes: table.notes },
    columns: columnsFor(rows).map(({ key, heading }) => ({ key, heading })),
    rows: rows.map((cells, at) => ({ cells, isValid: figures[at]!.isValid })),
  };
}

/** One row of the comparison, every cell as text. */
export interface ReproductionRow {
  readonly row: string;
  readonly figure: string;
  readonly published: string;
  readonly measured: string;
  readonly difference: string;
  readonly setting: string;
  readonly note: string;
}

const NOTHING = '–';
const KINDS = { value: '', change: ', change', multiple: ', multiple' } as const;

/** The comparison as rows of text, in the order of the table. */
export function reproductionRows(figures: readonly ComparedFigure[]): ReproductionRow[] {
  return figures.map((figure) => ({
    row: figure.row,
    figure: `${figure.title}${KINDS[figure.kind]}${figure.unit === '' || figure.unit === '×' ? '' : `, ${figure.unit}`}`,
    published: valueText(figure, figure.published),
    measured: measuredText(figure),
    difference: differenceText(figure),
    setting: figure.setting,
    note: figure.note,
  }));
}

const COLUMNS: readonly (MarkdownColumn & { readonly key: keyof ReproductionRow })[] = [
  { heading: 'published row', align: 'left', key: 'row' },
  { heading: 'figure', align: 'left', key: 'figure' },
  { heading: 'published', align: 'right', key: 'published' },
  { heading: 'measured', align: 'right', key: 'measured' },
  { heading: 'difference', align: 'right', key: 'difference' },
  { heading: 'measured as', align: 'left', key: 'setting' },
  { heading: 'note', align: 'left', key: 'note' },
];

/** Name of the file in a report folder. */
export const REPRODUCTION_FILE = 'reproduction.md';

export function reproductionPage(result: ReproductionResult): string {
  const { table, experiment, conditions, figures, remarks } = result;
  const { what, url, page, paper } = table.source;
  const source = [url === undefined ? what : `[${what}](${url})`, page && `page ${page}`, paper].filter(
    Boolean,
  );
  const notes = table.notes.map((note) => `- ${note}`);
  const text = [
    `# ${table.title}`,
    `Published: ${source.join(', ')}. Measured: \`${experiment}\`.`,
    ...remarks,
    '## Conditions that differ',
    conditions.length === 0
      ? 'None that the source states.'
      : markdownTable(
          [
            { heading: 'condition', align: 'left' },
            { heading: 'published', align: 'left' },
            { heading: 'measured', align: 'left' },
          ],
          conditions.map(({ condition, published, measured }) => [condition, published, measured]),
        ),
    '## Measured beside published',
    `${legend(table)}\n\n${comparisonTable(figures)}`,
    ...(notes.length === 0 ? [] : ['## Notes on the source', notes.join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
  return withoutHtml(text);
}

function legend({ reproduction }: ReferenceTable): string {
  const relativeTo = reproduction?.relativeTo;
  const against = relativeTo === undefined ? 'the unreduced model' : `the row ${rowLabel(relativeTo)}`;
  return (
    `Changes and multiples of speed are against ${against}; brackets hold the 95 % interval. Differences of accuracies are in points, ` +
    'others in per cent of the published figure. Struck through: not valid.'
  );
}

/** Without a column of notes where there is none. */
function columnsFor(rows: readonly ReproductionRow[]) {
  return rows.some(({ note }) => note !== '') ? COLUMNS : COLUMNS.filter(({ key }) => key !== 'note');
}

function comparisonTable(figures: readonly ComparedFigure[]): string {
  const rows = reproductionRows(figures);
  const columns = columnsFor(rows);
  const struck = (text: string, isValid: boolean): string =>
    isValid || text === NOTHING ? text : `~~${text}~~`;
  const cells = rows.map((row, at) =>
    columns.map(({ key }) =>
      key === 'measured' || key === 'difference' ? struck(row[key], figures[at]!.isValid) : row[key],
    ),
  );
  return markdownTable(columns, cells);
}

function measuredText(figure: ComparedFigure): string {
  if (figure.measured === null) return NOTHING;
  const value = valueText(figure, figure.measured);
  if (figure.interval === null) return value;
  const [low, high] = figure.interval;
  return `${value} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function valueText({ kind, unit }: ComparedFigure, value: number): string {
  if (kind === 'multiple') return `${value.toFixed(2)}×`;
  if (kind === 'change') return signed(value, 2);
  const digits = unit === 'x' || Math.abs(value) < 1000 ? 2 : 0;
  return value.toFixed(digits).replace('-', '−');
}

function differenceText({ difference, published, isAccuracy }: ComparedFigure): string {
  if (difference === null) return NOTHING;
  if (isAccuracy) return signed(difference, 2);
  return published === 0 ? NOTHING : `${signed((100 * difference) / published, 1)} %`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? '−' : '+'}${text}`;
}

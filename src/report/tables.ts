/**
 * tables.md: one table per model, task and dataset. The baseline comes first, accuracy stands beside speed, and a trial that
 * is not valid is struck through with its reason.
 */
import { isDistinguishable, SIGNIFICANCE_LEVEL } from '../measure/paired-comparison.js';
import { markdownTable } from './markdown-table.js';
import { withoutHtml } from './markdown-without-html.js';
import { headlineMetric, type MetricName, metricsOf } from './metric-names.js';
import { modesTables } from './modes-table.js';
import { methodName, parameterSymbol, variedParameters } from './parameter-names.js';
import { precisionGains } from './precision-gains.js';
import { NOTHING, numberColumn, speedupText, type TableColumn, throughputText } from './table-cells.js';
import { groupTrials, type TrialGroup } from './trial-groups.js';
import { BASELINE_METHOD, BASELINE_PRECISION, isBaseline, precisionOf, type TrialRow } from './trial-row.js';

/** Behind a metric that may as well be the baseline's. */
const UNDISTINGUISHED = '†';

const PRECISION_NOTE =
  ' The unreduced model is that in float32; in its precision: speed-up over the unreduced model in the same precision; ' +
  'if gains multiplied: speed-up of the precision alone × speed-up of the reduction in float32.';

/** @param notes what is to be said once of the whole run */
export function renderTables(rows: readonly TrialRow[], notes: readonly string[] = []): string {
  const groups = groupTrials(rows);
  const tables = groups.map((group) => {
    const shared = sharedNote(group.rows);
    return `## ${group.title}\n\n${groupTable(group)}\n${shared === '' ? '' : `\n${shared}\n`}`;
  });
  const note =
    'Accuracies in per cent; in brackets the difference to the unreduced model in percentage points. ' +
    'Speed-up with its 95 % interval, timed beside the unreduced model. ' +
    'FLOP ratio: operations of the unreduced model ÷ operations of this one. Struck through: not valid.' +
    (precisionGains(rows).size === 0 ? '' : PRECISION_NOTE);
  const significance = significanceNote(rows);
  const said = [[note, significance].filter((text) => text !== '').join(' '), ...notes].join('\n\n');
  return withoutHtml(
    `# Results of ${rows[0]?.experiment ?? 'an empty run'}\n\n${said}\n\n${[...modesTables(groups), ...tables].join('\n')}`,
  );
}

/** What the sign behind a metric means; empty where no row has one. */
export function significanceNote(rows: readonly TrialRow[]): string {
  const marked = rows.some((row) =>
    Object.keys(row.comparisons ?? {}).some((name) => markOf(row, name) !== ''),
  );
  return marked
    ? `${UNDISTINGUISHED}: not distinguishable from the unreduced model on these samples (p ≥ ${SIGNIFICANCE_LEVEL}, corrected for the number of variants in the table).`
    : '';
}

/** The table of one group, as the README shows it. */
export function groupTable(group: TrialGroup): string {
  const ordered = [...group.rows].sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));
  const columns = columnsOf(group);
  const cells = ordered.map((row) => {
    const texts = columns.map(({ cell }) => cell(row));
    return row.status === 'completed' ? texts : struckThrough(texts, columns);
  });
  return markdownTable(columns, cells);
}

/** The columns that have something to say about the trials of a group. */
export function columnsOf(group: TrialGroup): TableColumn[] {
  const { rows, baseline } = group;
  const gains = precisionGains(rows);
  const hasPrecisions = rows.some((row) => precisionOf(row) !== BASELINE_PRECISION);
  /** Of what reduces nothing the product would be its own speed-up. */
  const productOf = (row: TrialRow): number | null =>
    row.method === BASELINE_METHOD ? null : (gains.get(row)?.product ?? null);
  const headline = headlineMetric(rows);
  const shown = metricsOf(rows).filter(({ inTables }) => inTables);
  const columns: TableColumn[] = [
    { heading: 'method', align: 'left', cell: (row) => methodName(row.method) },
    ...variedParameters(rows).map(
      (name): TableColumn => ({
        heading: parameterSymbol(name),
        align: 'right',
        cell: (row) => String(row.parameters[name] ?? ''),
      }),
    ),
    ...shown.map(
      (metric): TableColumn => ({
        heading: metric.heading,
        align: 'right',
        cell: (row) => metricText(row, metric, metric === headline ? baseline : undefined),
      }),
    ),
    { heading: 'images/s', align: 'right', cell: ({ imagesPerSecond }) => throughputText(imagesPerSecond) },
    numberColumn('end to end', (row) => row.endToEndImagesPerSecond, 1),
    ...(group.batchSize === 1 ? latencyColumns() : []),
    { heading: 'speed-up', align: 'right', cell: speedupText },
    numberColumn('in its precision', (row) => gains.get(row)?.inPrecision ?? null, 2),
    numberColumn('if gains multiplied', (row) => productOf(row), 2),
    numberColumn('s/image', (row) => row.secondsPerImage ?? null, 2),
    numberColumn('s/step', (row) => row.secondsPerStep ?? null, 3),
    numberColumn('encoder alone', (row) => row.imageEncoderSpeedup ?? null, 2),
    numberColumn('denoising alone', (row) => row.denoisingSpeedup ?? null, 2),
    numberColumn('FLOP ratio', (row) => row.flopRatio, 2),
    numberColumn('GFLOP', (row) => scaled(row.flopsPerSample, 1e-9), 2),
    numberColumn('weights MB', (row) => (hasPrecisions ? scaled(row.weightBytes ?? null, 1e-6) : null), 2),
    numberColumn('% of peak FLOP/s', (row) => scaled(row.peakShare ?? null, 100), 0),
    numberColumn('peak MiB', (row) => scaled(row.peakRssBytes, 2 ** -20), 0),
    numberColumn('run MiB', (row) => scaled(row.runRssBytes ?? null, 2 ** -20), 0),
    numberColumn('GPU MiB', (row) => scaled(row.gpuMemoryBytes ?? null, 2 ** -20), 0),
    numberColumn('J/image', (row) => row.energyJoulesPerImage ?? null, 3),
  ];
  if (rows.some((row) => row.skippedSamples > 0)) {
    columns.push(numberColumn('skipped', (row) => row.skippedSamples, 0));
  }
  const shared = sharedNote(rows);
  const note = (row: TrialRow): string => noteText(row, shared);
  if (rows.some((row) => note(row) !== '')) columns.push({ heading: 'note', align: 'left', cell: note });
  const empty = (column: TableColumn) => rows.every((row) => column.cell(row) === NOTHING);
  return columns.filter((column) => !empty(column));
}

/** In batches of one a pass is one answer. */
function latencyColumns(): TableColumn[] {
  return [
    numberColumn('median ms', (row) => row.latencyMedianMs, 2),
    numberColumn('p99 ms', (row) => row.latencyP99Ms, 2),
  ];
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

/** `82.4 (−1.2)`: the value, and the difference to the baseline where one is given. */
function metricText(row: TrialRow, metric: MetricName, baseline: TrialRow | undefined): string {
  const value = row.metrics[metric.name] ?? null;
  if (value === null || Number.isNaN(value)) return NOTHING;
  const [scale, usual] = metric.unit === 'number' ? [1, 2] : [100, 1];
  const digits = metric.digits ?? usual;
  const own = (scale * value).toFixed(digits).replace('-', '−');
  const reference = baseline?.metrics[metric.name] ?? null;
  const mark = markOf(row, metric.name);
  if (reference === null || isBaseline(row)) return `${own}${mark}`;
  return `${own} (${signed(scale * (value - reference), digits)})${mark}`;
}

/** The sign of a metric that cannot be told from the baseline's; nothing where it can, and where nobody looked. */
function markOf(row: TrialRow, metric: string): string {
  const comparison = row.comparisons?.[metric];
  return comparison === undefined || isDistinguishable(comparison) ? '' : UNDISTINGUISHED;
}

function signed(difference: number, digits: number): string {
  const text = Math.abs(difference).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** What is to be said about the metrics of all rows alike, where there are metrics: said once, below the table. */
function sharedNote(rows: readonly TrialRow[]): string {
  const notes = new Set(rows.map(({ metricsNote }) => metricsNote));
  return notes.size === 1 && headlineMetric(rows) !== undefined ? [...notes][0]! : '';
}

function noteText(row: TrialRow, shared: string): string {
  const status = row.status === 'completed' ? row.reason : `${row.status}: ${row.reason}`;
  const own = row.metricsNote === shared ? '' : row.metricsNote;
  return [status, own].filter((part) => part !== '').join('; ');
}

/** Everything but the note, and nothing around blanks, which Markdown would show as tildes. */
function struckThrough(texts: readonly string[], columns: readonly TableColumn[]): string[] {
  return texts.map((text, at) =>
    columns[at]!.heading === 'note' || text === '' || text === NOTHING ? text : `~~${text}~~`,
  );
}

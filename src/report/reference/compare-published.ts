/**
 * Measured figures beside published ones.
 *
 * Speeds of different machines are not compared, but their ratios to one row of the table: the speed-up of a trial that was timed
 * beside its own baseline, with its interval. Accuracies stand there as they are and as changes from the unreduced model, because
 * a change says something even where checkpoint or data are not those of the source.
 */
import { BASELINE_METHOD, isMeasured, type TrialRow } from '../trial-row.js';
import type { PublishedColumn, ReferenceTable } from './reference-table.js';
import {
  type MappedColumn,
  type PublishedRecord,
  type Reproduction,
  rowsNamed,
  type TrialSelector,
} from './reproduction.js';

/** `value`: as printed; `change`: from the unreduced model; `multiple`: of the speed of one row. */
export type ComparedKind = 'value' | 'change' | 'multiple';

/** One published figure, and what was measured in its place. */
export interface ComparedFigure {
  /** What names the published row: `ViT-B/16, tokensPerLayer 13`. */
  readonly row: string;
  /** What stands beside it: `vit-b16, tome, tokensPerLayer 13`. */
  readonly setting: string;
  /** Short id of the trial; null when there is none. */
  readonly trial: string | null;
  readonly column: string;
  /** What is shown for it. */
  readonly title: string;
  readonly kind: ComparedKind;
  readonly unit: string;
  readonly published: number;
  readonly measured: number | null;
  /** 95 % interval of a multiple. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Measured − published, in the unit. */
  readonly difference: number | null;
  /** Whether a difference is told in the unit; otherwise as a share of the published figure. */
  readonly isAccuracy: boolean;
  /** Whether the figure counts: a measured one of an invalid trial never does. */
  readonly isValid: boolean;
  /** Why nothing was measured, or why it does not count; empty otherwise. */
  readonly note: string;
}

export interface CompareOptions {
  /** Whether weights were random and tasks replaced by plain timing: accuracies are left out, and trials match whatever their task. */
  readonly randomWeights: boolean;
  /** Whether the machine is that of the source, so that speeds themselves can be compared. */
  readonly sameHardware: boolean;
}

type MappedRow = Reproduction['rows'][number];

/** One mapped row, with what its selectors found. */
interface FoundRow {
  readonly mapped: MappedRow;
  readonly published: PublishedRecord;
  readonly trial: TrialRow | undefined;
}

/** In the order of the mapping; a cell that the source leaves empty is left out. */
export function compareWithPublished(
  table: ReferenceTable,
  reproduction: Reproduction,
  rows: readonly TrialRow[],
  options: CompareOptions,
): ComparedFigure[] {
  const found = reproduction.rows.map((mapped): FoundRow => {
    const published = rowsNamed(table, mapped.published)[0] ?? {};
    return { mapped, published, trial: trialsFor(mapped.trial, rows, options.randomWeights)[0] };
  });
  return found.flatMap((one) =>
    (one.mapped.columns ?? reproduction.columns).flatMap((mapping) => {
      if (options.randomWeights && mapping.compare === 'accuracy') return [];
      const column = table.columns.find(({ name }) => name === mapping.column)!;
      return figuresOf(one, referenceOf(one, found, reproduction), mapping, column, options).map(
        (figure) => ({
          ...{ row: rowLabel(one.mapped.published), setting: settingLabel(one.mapped.trial) },
          ...{ trial: one.trial?.trial ?? null, column: column.name, title: mapping.title ?? column.name },
          ...{ isAccuracy: mapping.compare === 'accuracy', ...stateOf(one.trial, figure.measured, mapping) },
          ...{ ...figure, difference: figure.measured === null ? null : figure.measured - figure.published },
        }),
      );
    }),
  );
}

type Figure = Pick<ComparedFigure, 'kind' | 'unit' | 'published' | 'measured' | 'interval'>;

function figuresOf(
  { published, trial }: FoundRow,
  reference: FoundRow | undefined,
  mapping: MappedColumn,
  column: PublishedColumn,
  { sameHardware }: CompareOptions,
): Figure[] {
  const printed = published[mapping.column];
  if (typeof printed !== 'number') return [];
  const measured = measuredValue(trial, mapping);
  const value: Figure = { kind: 'value', unit: column.unit, published: printed, measured, interval: null };
  const first = reference?.published[mapping.column];
  if (typeof first !== 'number') return mapping.compare === 'speed' && !sameHardware ? [] : [value];
  if (mapping.compare === 'number' || mapping.compare === 'count') return [value];
  if (mapping.compare === 'accuracy') {
    const before = measuredValue(reference!.trial, mapping);
    const change = measured === null || before === null ? null : measured - before;
    return [value, { ...value, kind: 'change', published: printed - first, measured: change }];
  }
  const multiple = column.higherIsBetter === false ? first / printed : printed / first;
  return [
    ...(sameHardware ? [value] : []),
    { kind: 'multiple', unit: '×', published: multiple, ...measuredMultiple(trial, reference!.trial) },
  ];
}

/** The row that a figure is held against; undefined for that row itself. */
function referenceOf(
  row: FoundRow,
  all: readonly FoundRow[],
  { relativeTo }: Reproduction,
): FoundRow | undefined {
  const isReference = (other: FoundRow): boolean =>
    relativeTo === undefined
      ? other.mapped.trial.method === BASELINE_METHOD && isSameSetting(other.mapped.trial, row.mapped.trial)
      : Object.entries(relativeTo).every(([name, value]) => other.published[name] === value);
  const reference = all.find(isReference);
  return reference === row ? undefined : reference;
}

function isSameSetting(a: TrialSelector, b: TrialSelector): boolean {
  return a.model === b.model && a.task === b.task && a.dataset === b.dataset;
}

/** Speed-ups of one model are of interleaved timings; different models are compared by their throughput. */
function measuredMultiple(
  trial: TrialRow | undefined,
  reference: TrialRow | undefined,
): Pick<Figure, 'measured' | 'interval'> {
  if (trial === undefined || reference === undefined || !isMeasured(reference))
    return { measured: null, interval: null };
  if (trial.model !== reference.model || trial.task !== reference.task)
    return { measured: quotient(trial.imagesPerSecond, reference.imagesPerSecond), interval: null };
  const { speedupLow, speedupHigh } = trial;
  const isBeside = reference.method === BASELINE_METHOD && speedupLow !== null && speedupHigh !== null;
  return {
    measured: quotient(trial.speedup, reference.method === BASELINE_METHOD ? 1 : reference.speedup),
    interval: isBeside ? [speedupLow, speedupHigh] : null,
  };
}

function quotient(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

function measuredValue(row: TrialRow | undefined, { measured, factor }: MappedColumn): number | null {
  if (row === undefined || !isMeasured(row)) return null;
  const value =
    measured === 'timeSaved'
      ? row.speedup === null
        ? null
        : 1 - 1 / row.speedup
      : (row.metrics[measured] ?? row[measured as keyof TrialRow]);
  return typeof value === 'number' ? value * factor : null;
}

/** What tells a trial from others of its experiment. */
export type NamedTrial = Pick<TrialRow, 'model' | 'task' | 'dataset' | 'method' | 'parameters'>;

/** The trials that a selector names. @param whateverTask random weights are timed, whatever the experiment asks of the model */
export function trialsFor<Trial extends NamedTrial>(
  { model, task, dataset, method, parameters }: TrialSelector,
  trials: readonly Trial[],
  whateverTask = false,
): Trial[] {
  return trials.filter(
    (trial) =>
      trial.model === model &&
      trial.method === method &&
      (whateverTask || task === undefined || trial.task === task) &&
      (whateverTask || dataset === undefined || trial.dataset === dataset) &&
      Object.entries(parameters).every(([name, value]) => (trial.parameters[name] ?? null) === value),
  );
}

function stateOf(
  trial: TrialRow | undefined,
  measured: number | null,
  { compare }: MappedColumn,
): { isValid: boolean; note: string } {
  if (trial === undefined) return { isValid: false, note: 'not run' };
  if (compare === 'count' && measured !== null) return { isValid: true, note: '' };
  if (trial.status !== 'completed')
    return { isValid: false, note: [trial.status, trial.reason].filter(Boolean).join(': ') };
  return { isValid: measured !== null, note: measured === null ? trial.metricsNote || 'not measured' : '' };
}

function settingLabel({ model, method, parameters }: TrialSelector): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== null);
  return [model, method, ...set.map(([name, value]) => `${name} ${value}`)].join(', ');
}

/** What names a row: words as they are, numbers after the name of their column. */
export function rowLabel(published: PublishedRecord): string {
  return Object.entries(published)
    .map(([name, value]) => (typeof value === 'string' ? value : `${name} ${value}`))
    .join(', ');
}

/** Rows as the lines of a chart: one per method and per combination of the parameters that vary. */
import { methodName, parameterText, variedParameters } from '../parameter-names.js';
import { BASELINE_METHOD, isBaseline, PRECISION_PARAMETER, type TrialRow } from '../trial-row.js';
import { hueAt, methodHue, shades, shapeAt } from './palette.js';

export interface Series {
  label: string;
  method: string;
  color: string;
  shape: string;
  rows: readonly TrialRow[];
}

export interface SeriesSet {
  series: readonly Series[];
  /** Parameters that were left out of the labels because there would be too many lines; a line mixes their values. */
  mixed: readonly string[];
}

/** More lines than this cannot be told apart. */
const MOST_SERIES = 7;

/** The limits of an ablation over layers. */
export const LAYER_PARAMETERS: readonly string[] = ['layers.from', 'layers.to'];

/** `ordered` paints the variants of a method in shades, however many they are. */
export type Tones = 'distinct' | 'ordered';

/**
 * When there are too many lines, numbers are mixed before words: a reader asks which strategy, then how strong.
 *
 * @param ignored parameters that the chart shows otherwise, such as the one on its axis
 * @param kept parameters that are mixed last
 */
export function seriesOf(
  rows: readonly TrialRow[],
  ignored: readonly string[],
  { tones = 'distinct', kept = [] }: { tones?: Tones; kept?: readonly string[] } = {},
): SeriesSet {
  const reduced = rows.filter((row) => !isBaseline(row));
  const unlimited = reduced.some(hasLayerLimit) ? [] : LAYER_PARAMETERS;
  let parameters = variedParameters(reduced).filter((name) => ![...ignored, ...unlimited].includes(name));
  const mixed: string[] = [];
  while (parameters.length > 0 && countOf(reduced, parameters) > MOST_SERIES) {
    const numeric = parameters.filter((name) =>
      reduced.every((row) => typeof row.parameters[name] !== 'string'),
    );
    const candidates = numeric.filter((name) => !kept.includes(name));
    const widest = (candidates.length > 0 ? candidates : parameters).reduce((a, b) =>
      countOf(reduced, [b]) > countOf(reduced, [a]) ? b : a,
    );
    parameters = parameters.filter((name) => name !== widest);
    mixed.push(widest);
  }
  const labels = [...new Set(reduced.map((row) => labelOf(row, parameters)))];
  const entries = labels.map((label) => {
    const members = reduced.filter((row) => labelOf(row, parameters) === label);
    return { label, rows: members, method: members[0]!.method };
  });
  return { series: painted(entries, tones), mixed };
}

/** What reduces nothing always says in which precision, as it is not the baseline. */
function labelOf(row: TrialRow, parameters: readonly string[]): string {
  const told =
    row.method === BASELINE_METHOD ? [...new Set([...parameters, PRECISION_PARAMETER])] : parameters;
  const parts = told
    .filter((name) => row.parameters[name] !== undefined && row.parameters[name] !== null)
    .map((name) => parameterText(name, row.parameters[name]!));
  return [methodName(row.method), ...parts].join(', ');
}

function countOf(rows: readonly TrialRow[], parameters: readonly string[]): number {
  return new Set(rows.map((row) => labelOf(row, parameters))).size;
}

/** With several methods a hue per method and a shade per variant; with one method a hue per variant. */
function painted(entries: readonly Omit<Series, 'color' | 'shape'>[], tones: Tones): Series[] {
  const methods = [...new Set(entries.map(({ method }) => method))];
  const colors = new Map<string, string>();
  for (const [at, method] of methods.entries()) {
    const variants = entries.filter((entry) => entry.method === method);
    const shaded = methods.length > 1 || variants.length <= 3 || tones === 'ordered';
    const hueShades = shades(methodHue(method, at), variants.length);
    for (const [variant, { label }] of variants.entries()) {
      colors.set(label, shaded ? hueShades[variant]! : hueAt(variant));
    }
  }
  return entries.map((entry, at) => ({ ...entry, color: colors.get(entry.label)!, shape: shapeAt(at) }));
}

/** Rows that reduce in every block, where there are any: those of a layers ablation have a chart of their own. */
export function withoutLayerLimits(rows: readonly TrialRow[]): readonly TrialRow[] {
  const everywhere = rows.filter((row) => !hasLayerLimit(row));
  return everywhere.some((row) => !isBaseline(row)) ? everywhere : rows;
}

/** The blocks in which a row merges, both inclusive; `to` is undefined for the last block. */
export function mergingBlocks({ parameters, tokens }: TrialRow): { from: number; to: number | undefined } {
  const [from, to] = [parameters['layers.from'], parameters['layers.to']];
  const ends = typeof to === 'number' && (tokens.length === 0 || to < tokens.length - 1);
  return { from: typeof from === 'number' ? from : 0, to: ends ? to : undefined };
}

export function hasLayerLimit(row: TrialRow): boolean {
  const { from, to } = mergingBlocks(row);
  return from > 0 || to !== undefined;
}

/** For each value on the axis the valid row with the best metric, or the best invalid one where none is valid. */
export function bestOfEach(
  rows: readonly TrialRow[],
  measureOf: (row: TrialRow) => number | undefined,
  metric: string,
): TrialRow[] {
  const best = new Map<number | undefined, TrialRow>();
  const worth = (row: TrialRow): number =>
    (row.metrics[metric] ?? 0) + (row.status === 'completed' ? 1e6 : 0);
  for (const row of rows) {
    const other = best.get(measureOf(row));
    if (!other || worth(row) > worth(other)) best.set(measureOf(row), row);
  }
  return [...best.values()];
}

/** A comparison of two runs as text. */
import {
  cellLabel,
  conditionsText,
  type ToldCell,
  variedConditions,
} from '../report/comparison/cell-label.js';
import {
  type ComparedCell,
  type ComparedMetric,
  type InvalidCell,
  type RunComparison,
  sharesFigures,
} from '../report/comparison/compare-runs.js';
import type { ComparedSpeed, Verdict } from '../report/comparison/compare-speed.js';
import { metricNamed, shownScale } from '../report/metric-names.js';
import { counted } from './counted.js';
import { textTable } from './text-table.js';

const SIDES: Readonly<Record<InvalidCell['side'], string>> = {
  run: 'the run',
  reference: 'the reference',
  both: 'both',
};
const NAMES_ALONE =
  'What models and tasks were set to is not known of both runs: they are matched by their names alone.';
const SIGNS: Readonly<Record<Verdict, string>> = { better: 'better', worse: 'WORSE', same: 'same' };

export function comparisonTable(comparison: RunComparison): string {
  const { cells, notValid, onlyInRun, onlyInReference, isSameMachine, bySettings } = comparison;
  const all = [...[...cells, ...notValid].map(({ cell }) => cell), ...onlyInRun, ...onlyInReference];
  const varied = variedConditions(all);
  const shared = conditionsText(all[0]!.conditions, (name) => !varied.has(name));
  const compared = cells.filter(sharesFigures);
  const labelOf: CellText = (cell) => cellLabel(cell, (name) => varied.has(name));
  const headings = ['cell', 'figure', 'reference', 'run', 'difference [95 %]', 'verdict'];
  const rows = cells.flatMap(({ cell, metrics, speed }) => {
    const lines = [...metrics.map(metricLine), ...(speed === null ? [] : [speedLine(speed)])];
    return lines.map((line, at) => [at === 0 ? labelOf(cell) : '', ...line]);
  });
  const count = (verdict: Verdict): number =>
    compared.filter((cell: ComparedCell) => cell.verdict === verdict).length;
  const named = (what: string, those: readonly ToldCell[]): string[] =>
    those.map((cell) => `${what}: ${labelOf(cell)}`);
  return [
    ...(rows.length === 0 ? [] : [textTable(headings, rows, [2, 3]), '']),
    `${counted(compared.length, 'cell')} compared: ${count('better')} better, ${count('worse')} worse, ${count('same')} the same as far as can be told.`,
    ...(shared === '' ? [] : [`Conditions of all cells: ${shared}.`]),
    ...(isSameMachine ? [] : ['The runs are of two machines: throughputs are not compared.']),
    ...(bySettings ? [] : [NAMES_ALONE]),
    ...notComparedLines(comparison, labelOf),
    ...named('Only in the run', onlyInRun),
    ...named('Only in the reference', onlyInReference),
  ].join('\n');
}

type CellText = (cell: ToldCell) => string;

/** Cells of both runs that have nothing to hold against each other, each with the reason. */
export function notComparedLines(
  { cells, notValid }: RunComparison,
  labelOf: CellText = (cell) => cellLabel(cell),
): string[] {
  return [
    ...notValid.map(
      ({ cell, side }) =>
        `Not valid in ${SIDES[side]}: ${labelOf(cell)} (${[cell.status, cell.reason].filter(Boolean).join(': ')})`,
    ),
    ...cells
      .filter((cell) => !sharesFigures(cell))
      .map(({ cell }) => `No figure that both have: ${labelOf(cell)}`),
  ];
}

function metricLine({ metric, before, after, test, verdict }: ComparedMetric): string[] {
  const name = metricNamed(metric);
  const scale = shownScale(name);
  const text = (value: number): string => (scale * value).toFixed(2).replace('-', '−');
  const interval =
    test === null ? ' (not tested)' : ` [${signed(scale * test.low)}, ${signed(scale * test.high)}]`;
  return [
    name.heading,
    text(before),
    text(after),
    `${signed(scale * (after - before))}${interval}`,
    SIGNS[verdict],
  ];
}

function speedLine({ of, before, after, ratio, low, high, verdict }: ComparedSpeed): string[] {
  const digits = of === 'speedup' ? 2 : 1;
  const percent = (value: number): string => signed(100 * (value - 1), 1);
  return [
    of === 'speedup' ? 'speed-up' : 'images/s',
    ...[before, after].map((value) => value.toFixed(digits)),
    `${percent(ratio)} % [${percent(low)}, ${percent(high)}]`,
    SIGNS[verdict],
  ];
}

function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? '−' : '+'}${text}`;
}

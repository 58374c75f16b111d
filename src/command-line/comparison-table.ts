/** A comparison of two runs as text. */
import type { ComparedCell, ComparedMetric, RunComparison } from '../report/comparison/compare-runs.js';
import type { ComparedSpeed, Verdict } from '../report/comparison/compare-speed.js';
import { type CellIdentity, cellLabel } from '../report/comparison/run-record.js';
import { metricNamed, shownScale } from '../report/metric-names.js';
import { textTable } from './text-table.js';

const SIGNS: Readonly<Record<Verdict, string>> = { better: 'better', worse: 'WORSE', same: 'same' };

export function comparisonTable(comparison: RunComparison): string {
  const { cells, notValid, onlyInRun, onlyInReference, isSameMachine } = comparison;
  const headings = ['cell', 'figure', 'reference', 'run', 'difference [95 %]', 'verdict'];
  const rows = cells.flatMap(({ cell, metrics, speed }) => {
    const lines = [...metrics.map(metricLine), ...(speed === null ? [] : [speedLine(speed)])];
    return lines.map((line, at) => [at === 0 ? cellLabel(cell) : '', ...line]);
  });
  const count = (verdict: Verdict): number =>
    cells.filter((cell: ComparedCell) => cell.verdict === verdict).length;
  return [
    ...(rows.length === 0 ? [] : [textTable(headings, rows, [2, 3]), '']),
    `${counted(cells.length)} compared: ${count('better')} better, ${count('worse')} worse, ${count('same')} the same as far as can be told.`,
    ...(isSameMachine ? [] : ['The runs are of two machines: throughputs are not compared.']),
    ...notValid.map(
      ({ cell, side }) => `Not valid in the ${side}: ${cellLabel(cell)} (${cell.status}: ${cell.reason})`,
    ),
    ...named('Only in the run', onlyInRun),
    ...named('Only in the reference', onlyInReference),
  ].join('\n');
}

/** `1 cell`, `2 cells` */
export function counted(cells: number): string {
  return `${cells} ${cells === 1 ? 'cell' : 'cells'}`;
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

function named(what: string, cells: readonly CellIdentity[]): string[] {
  return cells.map((cell) => `${what}: ${cellLabel(cell)}`);
}

/**
 * Accuracy against r, one line per method: how far merging can be pushed. At r = 0 every method is the unreduced model.
 *
 * Trials that merge a share of the tokens are on an axis of their own; where a run has both, on a drawing of their own.
 */
import type { TopLevelSpec } from 'vega-lite';
import { axisTitle, type MetricName, shownScale } from '../metric-names.js';
import type { TrialGroup } from '../trial-groups.js';
import { isBaseline, isMeasured, type TrialRow } from '../trial-row.js';
import { AMOUNT_PARAMETERS, type AmountKind, amountAxis, amountOf } from './amount.js';
import { type ChartSetting, chartMetric, chartsPerGroup } from './chart-definition.js';
import {
  BASELINE_SERIES,
  levelRule,
  lineLayer,
  type PlotPoint,
  type Position,
  pointLayers,
} from './layers-of-marks.js';
import { bestOfEach, seriesOf, withoutLayerLimits } from './series.js';
import { chart, paddedDomain, plotWidth, readingLine, ticksAt } from './theme.js';

const HEIGHT = 380;
const NAME = 'accuracy-by-r';
/** The drawing of shares beside one of r; alone it has the name of the chart. */
const SECOND_NAME = 'accuracy-by-ratio';

export const accuracyByAmount = chartsPerGroup(
  NAME,
  'How far can tokens be merged before accuracy falls?',
  'an accuracy at two or more values of tokensPerLayer or ratio',
  (group, question, setting) => {
    const metric = chartMetric(group, setting);
    if (!metric) return [];
    const rows = withoutLayerLimits(group.rows).filter(
      (row) => isMeasured(row) && !isBaseline(row) && typeof row.metrics[metric.name] === 'number',
    );
    const specs = (['tokens', 'share'] satisfies AmountKind[]).flatMap((kind) => {
      const ofKind = rows.filter((row) => amountOf(row)?.kind === kind);
      return new Set(ofKind.map(placeOf)).size < 2
        ? []
        : [specOf(ofKind, metric, { group, question, setting })];
    });
    return specs.map((spec, at) => ({ file: at === 0 ? NAME : SECOND_NAME, spec }));
  },
);

interface Asked {
  group: TrialGroup;
  question: string;
  setting: ChartSetting;
}

/** @param rows with amounts of one kind */
function specOf(
  rows: readonly TrialRow[],
  metric: MetricName,
  { group, question, setting }: Asked,
): TopLevelSpec {
  const amounts = [...new Set(rows.map(placeOf))].sort((a, b) => a - b);
  const { title, format } = amountAxis(rows.flatMap((row) => amountOf(row) ?? []));
  const { series, mixed } = seriesOf(rows, AMOUNT_PARAMETERS, { kept: ['inflect'] });
  const points = series.flatMap((line) => {
    const shown = mixed.length > 0 ? bestOfEach(line.rows, placeOf, metric.name) : line.rows;
    return shown.map(
      (row): PlotPoint => ({
        ...{ x: placeOf(row), y: shownScale(metric) * row.metrics[metric.name]!, order: placeOf(row) },
        ...{ series: line.label, color: line.color, shape: line.shape, label: '', trial: row.trial },
        invalid: row.status === 'invalid',
      }),
    );
  });
  const level = group.baseline?.metrics[metric.name] ?? undefined;
  const start = typeof level === 'number' ? [baselinePoint(shownScale(metric) * level)] : [];
  const legend = [...(start.length > 0 ? [BASELINE_SERIES] : []), ...series];
  const width = plotWidth(
    legend.map(({ label }) => label),
    setting.width,
  );
  const xs = [...new Set([...start.map(({ x }) => Number(x)), ...amounts])];
  const ys = [...start, ...points].map(({ y }) => y);
  const scaleOf = (domain: [number, number]) => ({ domain, nice: false, zero: false });
  const position: Position = {
    x: {
      ...{ field: 'x', type: 'quantitative', scale: scaleOf(paddedDomain(xs, 0.04)) },
      axis: { title, ...ticksAt(xs), format },
    },
    y: {
      ...{ field: 'y', type: 'quantitative', scale: scaleOf(paddedDomain(ys, 0.08)) },
      axis: { title: axisTitle(metric) },
    },
  };
  return chart(
    question,
    [group.title, ...reading(mixed, points)],
    {
      width,
      height: HEIGHT,
      layer: [
        ...(start.length > 0 ? levelRule(start[0]!.y, position) : []),
        lineLayer([...points, ...fromStart(start, series)], position),
        ...pointLayers([...start, ...points], legend, position),
      ],
    },
    setting.width,
  );
}

/** Where a row stands on the axis. */
function placeOf(row: TrialRow): number {
  return amountOf(row)?.value ?? Number.NaN;
}

function baselinePoint(y: number): PlotPoint {
  const { label: series, color, shape } = BASELINE_SERIES;
  return { x: 0, y, series, color, shape, invalid: false, label: '', order: 0, trial: '' };
}

/** The start of every line at the unreduced model. */
function fromStart(
  start: readonly PlotPoint[],
  series: readonly { label: string; color: string }[],
): PlotPoint[] {
  return start.flatMap((point) => series.map(({ label, color }) => ({ ...point, series: label, color })));
}

function reading(mixed: readonly string[], points: readonly PlotPoint[]): string[] {
  return readingLine([
    ...(mixed.length > 0 ? [`each line: the best over ${mixed.join(', ')}`] : []),
    ...(points.some(({ invalid }) => invalid) ? ['hollow: not valid'] : []),
  ]);
}

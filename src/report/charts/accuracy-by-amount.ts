/** Accuracy against r, one line per method: how far merging can be pushed. At r = 0 every method is the unreduced model. */
import { axisTitle, shownScale } from '../metric-names.js';
import { isBaseline, isMeasured } from '../trial-row.js';
import { chartMetric, chartPerGroup } from './chart-definition.js';
import {
  BASELINE_SERIES,
  levelRule,
  lineLayer,
  type PlotPoint,
  type Position,
  pointLayers,
} from './layers-of-marks.js';
import { amountOf, bestOfEach, seriesOf, withoutLayerLimits } from './series.js';
import { chart, paddedDomain, plotWidth, readingLine } from './theme.js';

const HEIGHT = 380;

export const accuracyByAmount = chartPerGroup(
  'accuracy-by-r',
  'How far can tokens be merged before accuracy falls?',
  'an accuracy at two or more values of tokensPerLayer or ratio',
  (group, question, setting) => {
    const metric = chartMetric(group, setting);
    if (!metric) return undefined;
    const rows = withoutLayerLimits(group.rows).filter(
      (row) =>
        isMeasured(row) &&
        !isBaseline(row) &&
        amountOf(row) !== undefined &&
        typeof row.metrics[metric.name] === 'number',
    );
    const name = rows.some((row) => row.parameters.ratio != null) ? 'ratio' : 'tokensPerLayer';
    const amounts = [...new Set(rows.map((row) => amountOf(row)!))].sort((a, b) => a - b);
    if (amounts.length < 2) return undefined;
    const { series, mixed } = seriesOf(rows, ['tokensPerLayer', 'ratio']);
    const points = series.flatMap((line) => {
      const shown = mixed.length > 0 ? bestOfEach(line.rows, amountOf, metric.name) : line.rows;
      return shown.map(
        (row): PlotPoint => ({
          ...{ x: amountOf(row)!, y: shownScale(metric) * row.metrics[metric.name]!, order: amountOf(row)! },
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
    const position: Position = {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: {
          domain: paddedDomain(start.length > 0 ? [0, ...amounts] : amounts, 0.04),
          nice: false,
          zero: false,
        },
        axis: {
          title: name === 'ratio' ? 'share of tokens merged per layer' : 'tokens merged per layer, r',
          values: start.length > 0 ? [0, ...amounts] : amounts,
          format: name === 'ratio' ? '.0%' : 'd',
        },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        scale: {
          domain: paddedDomain(
            [...start, ...points].map(({ y }) => y),
            0.08,
          ),
          nice: false,
          zero: false,
        },
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
  },
);

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

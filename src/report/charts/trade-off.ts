/**
 * The trade-off: accuracy against throughput, with the Pareto front and the interval of every speed-up.
 *
 * Throughput is the speed-up times the throughput of the one unreduced trial: speed-ups are measured side by side and so are
 * free of the drift between trials that absolute times have.
 */
import { onParetoFront } from '../../measure/pareto.js';
import { axisTitle, type MetricName, shownScale } from '../metric-names.js';
import type { TrialGroup } from '../trial-groups.js';
import { isBaseline, isMeasured, type TrialRow } from '../trial-row.js';
import { AMOUNT_PARAMETERS, amountOf, amountReading, amountText } from './amount.js';
import { chartMetric, chartPerGroup } from './chart-definition.js';
import { labelsAt, oncePerPlace } from './labels-of-points.js';
import {
  BASELINE_SERIES,
  errorBarLayer,
  labelLayer,
  lineLayer,
  type PlotPoint,
  type Position,
  pointLayers,
} from './layers-of-marks.js';
import { FRONT_COLOR } from './palette.js';
import { linearArea } from './plot-area.js';
import { type Series, seriesOf, withoutLayerLimits } from './series.js';
import { chart, paddedDomain, plotWidth, readingLine, roundTicks } from './theme.js';

const HEIGHT = 400;
/** More labels cover each other, and take long to place. */
const MOST_LABELS = 60;
/** Narrower, half as many ticks have room. */
const NARROW = 420;

export const tradeOff = chartPerGroup(
  'trade-off',
  'How much accuracy does each speed-up cost?',
  'an accuracy and a throughput of at least two trials',
  (group, question, setting) => {
    const metric = chartMetric(group, setting);
    if (!metric) return undefined;
    const rows = withoutLayerLimits(group.rows).filter((row) => isMeasured(row) && has(row, metric, group));
    const { series, mixed } = seriesOf(rows, AMOUNT_PARAMETERS, { kept: ['inflect'] });
    const points = [
      ...rows.filter(isBaseline).map((row) => pointOf(row, BASELINE_SERIES, metric, group)),
      ...series.flatMap((line) => line.rows.map((row) => pointOf(row, line, metric, group))),
    ];
    if (points.filter(({ invalid }) => !invalid).length < 2) return undefined;
    const hasBaseline = rows.some(isBaseline);
    const legend = [...(hasBaseline ? [BASELINE_SERIES] : []), ...series];
    return chart(
      question,
      [group.title, ...reading(rows, points, mixed)],
      {
        height: HEIGHT,
        ...layers(points, legend, metric, group, mixed.length === 0, setting.width),
      },
      setting.width,
    );
  },
);

function has(row: TrialRow, metric: MetricName, group: TrialGroup): boolean {
  return typeof row.metrics[metric.name] === 'number' && throughputOf(row, group) !== undefined;
}

/** Images per second on the scale of the group's baseline. */
function throughputOf(row: TrialRow, { baseline }: TrialGroup): number | undefined {
  const scale = baseline?.imagesPerSecond ?? null;
  if (row.speedup !== null && scale !== null && row !== baseline) return row.speedup * scale;
  return row.imagesPerSecond ?? undefined;
}

function pointOf(
  row: TrialRow,
  { label, color, shape }: Pick<Series, 'label' | 'color' | 'shape'>,
  metric: MetricName,
  group: TrialGroup,
): PlotPoint {
  const scale = group.baseline?.imagesPerSecond ?? null;
  const bar =
    scale !== null && row.speedupLow !== null && row.speedupHigh !== null && !isBaseline(row)
      ? { low: row.speedupLow * scale, high: row.speedupHigh * scale }
      : {};
  const amount = amountOf(row);
  return {
    x: throughputOf(row, group)!,
    y: shownScale(metric) * row.metrics[metric.name]!,
    ...bar,
    ...{ series: label, color, shape, invalid: row.status === 'invalid', trial: row.trial },
    label: amountText(row),
    order: amount?.value ?? Number.NaN,
    ...(amount ? { kind: amount.kind } : {}),
  };
}

function reading(
  rows: readonly TrialRow[],
  points: readonly PlotPoint[],
  mixed: readonly string[],
): string[] {
  const parts = [...amountReading(rows), 'grey line: Pareto front'];
  if (points.some(({ low }) => low !== undefined)) parts.push('bars: 95 % interval of the speed-up');
  if (points.some(({ invalid }) => invalid)) parts.push('hollow: not valid');
  if (mixed.length > 0) parts.push(`points of one colour differ in ${mixed.join(', ')}`);
  return readingLine(parts);
}

function layers(
  points: readonly PlotPoint[],
  legend: readonly Pick<Series, 'label' | 'color' | 'shape'>[],
  metric: MetricName,
  group: TrialGroup,
  withLines: boolean,
  whole: number | undefined,
) {
  const width = plotWidth(
    legend.map(({ label }) => label),
    whole,
  );
  const ends = points.flatMap(({ x, low, high }) => [Number(x), low ?? Number(x), high ?? Number(x)]);
  const xDomain = paddedDomain(ends, 0.05);
  const yDomain = paddedDomain(
    points.map(({ y }) => y),
    0.08,
  );
  const position: Position = {
    x: {
      field: 'x',
      type: 'quantitative',
      scale: { domain: xDomain, nice: false, zero: false },
      axis: throughputAxis(xDomain, group.baseline?.imagesPerSecond ?? undefined, width < NARROW ? 3 : 6),
    },
    y: {
      field: 'y',
      type: 'quantitative',
      scale: { domain: yDomain, nice: false, zero: false },
      axis: { title: axisTitle(metric) },
    },
  };
  const labels = labelsAt(
    labelledPoints(withLines ? points : oncePerPlace(points)),
    points,
    'x',
    linearArea(xDomain, yDomain, width, HEIGHT),
  );
  return {
    width,
    layer: [
      frontLayer(points, position),
      errorBarLayer(points, position, 'x'),
      ...(withLines ? [lineLayer(points, position)] : []),
      ...pointLayers(points, legend, position),
      labelLayer(labels, position),
    ],
  };
}

/** Ticks at round speed-ups, each with its throughput; plain throughput without a baseline. */
function throughputAxis(
  domain: readonly [number, number],
  baselinePerSecond: number | undefined,
  count: number,
) {
  if (baselinePerSecond === undefined) return { title: 'throughput, images/s' };
  const ticks = roundTicks([domain[0] / baselinePerSecond, domain[1] / baselinePerSecond], count);
  const format = baselinePerSecond < 2 ? '.2r' : baselinePerSecond < 20 ? '.1f' : ',.0f';
  const digits = Math.max(1, ...ticks.map((tick) => String(tick).split('.')[1]?.length ?? 0));
  return {
    title: 'throughput, images/s (and speed-up)',
    values: ticks.map((speedup) => speedup * baselinePerSecond),
    labelExpr: `[format(datum.value, '${format}'), format(datum.value / ${baselinePerSecond}, '.${digits}f') + '×']`,
  };
}

/** All points where their labels have room; of very many only those of the front. */
function labelledPoints(points: readonly PlotPoint[]): readonly PlotPoint[] {
  return points.length <= MOST_LABELS ? points : frontOf(points);
}

/** The broad grey line through the points that no other beats. */
function frontLayer(points: readonly PlotPoint[], position: Position) {
  return {
    data: { values: frontOf(points) },
    mark: {
      type: 'line',
      strokeWidth: 9,
      color: FRONT_COLOR,
      opacity: 0.6,
      strokeCap: 'round',
      strokeJoin: 'round',
    },
    encoding: { ...position, order: { field: 'x', type: 'quantitative' } },
  };
}

/** The valid points that no other beats. */
function frontOf(points: readonly PlotPoint[]): PlotPoint[] {
  const valid = points.filter(({ invalid }) => !invalid);
  const onFront = onParetoFront(
    valid.map(({ x, y }) => [Number(x), y]),
    ['higher', 'higher'],
  );
  return valid.filter((_, at) => onFront[at]);
}

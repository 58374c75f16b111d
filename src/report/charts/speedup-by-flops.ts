/** Speed-up against FLOP ratio: how much of the saved arithmetic becomes saved time. On the dashed line all of it does. */
import { methodName } from '../parameter-names.js';
import { isBaseline, isMeasured, type TrialRow } from '../trial-row.js';
import { chartPerGroup } from './chart-definition.js';
import { labelsAt } from './labels-of-points.js';
import { errorBarLayer, labelLayer, type PlotPoint, type Position, pointLayers } from './layers-of-marks.js';
import { QUIET } from './palette.js';
import { amountOf, seriesOf } from './series.js';
import { chart, paddedDomain, plotWidth } from './theme.js';

const HEIGHT = 420;

export const speedupByFlops = chartPerGroup(
  'speedup-by-flops',
  'How much of the saved arithmetic becomes saved time?',
  'a speed-up and a FLOP ratio of at least two trials',
  (group, question) => {
    const rows = group.rows.filter(
      (row) => isMeasured(row) && !isBaseline(row) && row.speedup !== null && row.flopRatio !== null,
    );
    if (rows.length < 2) return undefined;
    const byMethod = rows.map((row) => ({ ...row, parameters: {} }));
    const { series } = seriesOf(byMethod, []);
    const points = rows.map((row): PlotPoint => {
      const { label, color, shape } = series.find((one) => one.label === methodName(row.method))!;
      return {
        ...{ x: row.flopRatio!, y: row.speedup!, order: row.flopRatio! },
        ...(row.speedupLow !== null && row.speedupHigh !== null
          ? { low: row.speedupLow, high: row.speedupHigh }
          : {}),
        ...{ series: label, color, shape, invalid: row.status === 'invalid', trial: row.trial },
        label: amountText(row),
      };
    });
    const reading = ['Numbers: tokens merged per layer (r)', 'bars: 95 % interval of the speed-up'];
    if (points.some(({ invalid }) => invalid)) reading.push('hollow: not valid');
    const width = plotWidth(series.length > 1 ? series.map(({ label }) => label) : []);
    const xDomain = paddedDomain([1, ...points.map(({ x }) => Number(x))], 0.05);
    const yDomain = paddedDomain(
      [1, ...points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y])],
      0.06,
    );
    const axis = (title: string) => ({ title, format: '.4~r' });
    const position: Position = {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: { domain: xDomain, nice: false, zero: false },
        axis: axis('FLOP ratio: operations of the unreduced model ÷ operations of this one'),
      },
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { domain: yDomain, nice: false, zero: false },
        axis: axis('speed-up, ×'),
      },
    };
    const labels = labelsAt(oncePerLabel(points), points, { xDomain, yDomain, width, height: HEIGHT });
    return chart(question, [group.title, reading.join(' · ')], {
      width,
      height: HEIGHT,
      layer: [
        ...idealLayers(Math.min(xDomain[1], yDomain[1]), Math.max(xDomain[0], yDomain[0]), position),
        errorBarLayer(points, position, 'y'),
        ...pointLayers(points, series, position),
        labelLayer(labels, position),
      ],
    });
  },
);

function amountText(row: TrialRow): string {
  return String(amountOf(row) ?? '');
}

/** Variants of one method with the same r lie on the same FLOP ratio: one label for all of them. */
function oncePerLabel(points: readonly PlotPoint[]): PlotPoint[] {
  const seen = new Set<string>();
  return points.filter(({ series, label, x }) => {
    const key = `${series} ${label} ${Number(x).toFixed(3)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The line on which time falls as the FLOPs do. */
function idealLayers(end: number, start: number, position: Position) {
  const place = end - 0.12 * (end - start);
  return [
    {
      data: {
        values: [
          { x: start, y: start },
          { x: end, y: end },
        ],
      },
      mark: { type: 'line', strokeDash: [4, 4], color: QUIET, opacity: 0.8, strokeWidth: 1.25, clip: true },
      encoding: position,
    },
    {
      data: { values: [{ x: place, y: place, text: 'all of it' }] },
      mark: { type: 'text', align: 'right', baseline: 'bottom', dx: -8, fontSize: 12, color: QUIET },
      encoding: { ...position, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

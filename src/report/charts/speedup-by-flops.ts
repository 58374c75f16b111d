/** Speed-up against FLOP ratio: how much of the saved arithmetic becomes saved time. On the dashed line all of it does. */
import { methodName } from '../parameter-names.js';
import { isBaseline, isMeasured } from '../trial-row.js';
import { chartPerGroup } from './chart-definition.js';
import { labelsAt, oncePerPlace } from './labels-of-points.js';
import { errorBarLayer, labelLayer, type PlotPoint, type Position, pointLayers } from './layers-of-marks.js';
import { QUIET } from './palette.js';
import { type Domain, linearArea } from './plot-area.js';
import { amountText, seriesOf } from './series.js';
import { chart, paddedDomain, plotWidth, readingLine } from './theme.js';

const HEIGHT = 420;
/** Beside more points no label has room. */
const MOST_LABELLED = 300;
/** Narrower, the long title of the axis has no room. */
const NARROW = 480;

export const speedupByFlops = chartPerGroup(
  'speedup-by-flops',
  'How much of the saved arithmetic becomes saved time?',
  'a speed-up and a FLOP ratio of at least two trials',
  (group, question, { width: whole }) => {
    const rows = group.rows.filter(
      (row) => isMeasured(row) && !isBaseline(row) && row.speedup !== null && row.flopRatio !== null,
    );
    if (rows.length < 2) return undefined;
    const byMethod = rows.map((row) => ({ ...row, parameters: {} }));
    const { series } = seriesOf(byMethod, []);
    const points = rows.map((row): PlotPoint => {
      const { label, color, shape } = series.find((one) => one.label === methodName(row.method))!;
      return {
        ...{ x: row.flopRatio!, y: row.speedup!, order: Number.NaN },
        ...(row.speedupLow !== null && row.speedupHigh !== null
          ? { low: row.speedupLow, high: row.speedupHigh }
          : {}),
        ...{ series: label, color, shape, invalid: row.status === 'invalid', trial: row.trial },
        label: amountText(row),
      };
    });
    const reading = [
      'Numbers: tokens merged per layer (r)',
      'bars: 95 % interval',
      'dashed: all of the saving',
    ];
    if (points.some(({ invalid }) => invalid)) reading.push('hollow: not valid');
    const width = plotWidth(series.length > 1 ? series.map(({ label }) => label) : [], whole);
    const xDomain = paddedDomain([1, ...points.map(({ x }) => Number(x))], 0.05);
    const yDomain = paddedDomain(
      [1, ...points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y])],
      0.06,
    );
    const position: Position = {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: { domain: xDomain, nice: false, zero: false },
        axis: {
          title:
            width < NARROW
              ? 'FLOP ratio'
              : 'FLOP ratio: operations of the unreduced model ÷ operations of this one',
        },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { domain: yDomain, nice: false, zero: false },
        axis: { title: 'speed-up, ×' },
      },
    };
    const labels = labelsAt(
      points.length > MOST_LABELLED ? [] : oncePerPlace(points),
      points,
      'y',
      linearArea(xDomain, yDomain, width, HEIGHT),
    );
    return chart(
      question,
      [group.title, ...readingLine(reading)],
      {
        width,
        height: HEIGHT,
        layer: [
          idealLayer(xDomain, yDomain, position),
          errorBarLayer(points, position, 'y'),
          ...pointLayers(points, series, position),
          labelLayer(labels, position),
        ],
      },
      whole,
    );
  },
);

/** The line on which time falls as the FLOPs do. */
function idealLayer(xDomain: Domain, yDomain: Domain, position: Position) {
  const ends = [Math.max(xDomain[0], yDomain[0]), Math.min(xDomain[1], yDomain[1])];
  return {
    data: { values: ends.map((end) => ({ x: end, y: end })) },
    mark: { type: 'line', strokeDash: [4, 4], color: QUIET, opacity: 0.8, strokeWidth: 1.25 },
    encoding: position,
  };
}

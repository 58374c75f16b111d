/** A chart of speed-ups against what they could be: on the dashed diagonal all of it is there. */
import type { TopLevelSpec } from 'vega-lite';
import { labelsAt, oncePerPlace } from './labels-of-points.js';
import { errorBarLayer, labelLayer, type PlotPoint, type Position, pointLayers } from './layers-of-marks.js';
import { QUIET } from './palette.js';
import { type Domain, linearArea } from './plot-area.js';
import type { Series } from './series.js';
import { chart, paddedDomain, plotWidth } from './theme.js';

const HEIGHT = 420;
/** Beside more points no label has room. */
const MOST_LABELLED = 300;
/** Narrower, a long title of an axis has no room. */
const NARROW = 480;

export interface DiagonalChart {
  readonly question: string;
  readonly subtitle: readonly string[];
  readonly points: readonly PlotPoint[];
  readonly series: readonly Series[];
  /** Title of the x axis, in full and where there is little room. */
  readonly xTitle: readonly [string, string];
  readonly yTitle: string;
  /** Pixels with everything in it. */
  readonly whole?: number | undefined;
}

export function diagonalChart(setting: DiagonalChart): TopLevelSpec {
  const { question, subtitle, points, series, xTitle, yTitle, whole } = setting;
  const width = plotWidth(series.length > 1 ? series.map(({ label }) => label) : [], whole);
  const xDomain = paddedDomain([1, ...points.map(({ x }) => Number(x))], 0.05);
  const yDomain = paddedDomain([1, ...points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y])], 0.06);
  const scaleOf = (domain: Domain) => ({ domain, nice: false, zero: false }) as const;
  const [long, short] = xTitle;
  const position: Position = {
    x: {
      field: 'x',
      type: 'quantitative',
      scale: scaleOf(xDomain),
      axis: { title: width < NARROW ? short : long },
    },
    y: { field: 'y', type: 'quantitative', scale: scaleOf(yDomain), axis: { title: yTitle } },
  };
  const labels = labelsAt(
    points.length > MOST_LABELLED ? [] : oncePerPlace(points),
    points,
    'y',
    linearArea(xDomain, yDomain, width, HEIGHT),
  );
  return chart(
    question,
    [...subtitle],
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
}

/** The line on which both axes are equal. */
function idealLayer(xDomain: Domain, yDomain: Domain, position: Position) {
  const ends = [Math.max(xDomain[0], yDomain[0]), Math.min(xDomain[1], yDomain[1])];
  return {
    data: { values: ends.map((end) => ({ x: end, y: end })) },
    mark: { type: 'line' as const, strokeDash: [4, 4], color: QUIET, opacity: 0.8, strokeWidth: 1.25 },
    encoding: position,
  };
}

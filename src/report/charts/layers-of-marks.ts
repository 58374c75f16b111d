/** The layers that charts are put together from: lines, points, error bars, labels and the line of the unreduced model. */

import { levelPlace } from './labels-of-points.js';
import { BASELINE_COLOR, BASELINE_SHAPE, INK, QUIET } from './palette.js';
import type { PlotArea } from './plot-area.js';
import type { Series } from './series.js';
import { type ChartBody, LABEL_STYLE } from './theme.js';

/** One trial in a chart. */
export interface PlotPoint {
  x: number | string;
  y: number;
  /** Ends of an error bar, across the axis that the chart says. */
  low?: number;
  high?: number;
  series: string;
  color: string;
  shape: string;
  /** Drawn hollow: measured, but not valid. */
  invalid: boolean;
  /** Shown beside the point where there is room. */
  label: string;
  /** Position along the line of its series; NaN stands apart from the line. */
  order: number;
  /** A line joins the points of its series that are of one kind. */
  kind?: string;
  /** For a reader who hovers in an editor. */
  trial: string;
}

/** The unreduced model as a series of its own. */
export const BASELINE_SERIES: Pick<Series, 'label' | 'color' | 'shape'> = {
  label: 'No reduction',
  color: BASELINE_COLOR,
  shape: BASELINE_SHAPE,
};

type Channel = Record<string, unknown>;
export interface Position {
  x: Channel;
  y: Channel;
}

const POINT_SIZE = 80;
/** A literal colour. Only the valid points use the `color` channel, whose scale makes the legend. */
const OWN_COLOR = { field: 'color', type: 'nominal', scale: null, legend: null };

/** One line per series, and per kind where it has several, through its valid points. */
export function lineLayer(points: readonly PlotPoint[], position: Position): ChartBody {
  return {
    data: { values: points.filter(({ invalid, order }) => !invalid && Number.isFinite(order)) },
    mark: { type: 'line', strokeWidth: 1.75, opacity: 0.75 },
    encoding: {
      ...position,
      stroke: OWN_COLOR,
      detail: ['series', 'kind'].map((field) => ({ field, type: 'nominal' })),
      order: { field: 'order', type: 'quantitative' },
    },
  };
}

/** Valid points filled, with the legend; invalid ones hollow. */
export function pointLayers(
  points: readonly PlotPoint[],
  series: readonly Pick<Series, 'label' | 'color' | 'shape'>[],
  position: Position,
): ChartBody[] {
  const domain = series.map(({ label }) => label);
  const legend = series.length > 1 ? {} : null;
  const shape = {
    field: 'series',
    type: 'nominal',
    scale: { domain, range: series.map((one) => one.shape) },
    legend,
  };
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain, range: series.map((one) => one.color) },
    legend,
  };
  return [
    {
      data: { values: points.filter(({ invalid }) => !invalid) },
      mark: { type: 'point', filled: true, size: POINT_SIZE, opacity: 1 },
      encoding: { ...position, color, shape },
    },
    {
      data: { values: points.filter(({ invalid }) => invalid) },
      mark: { type: 'point', filled: false, fill: 'white', size: POINT_SIZE, strokeWidth: 1.75, opacity: 1 },
      encoding: { ...position, stroke: OWN_COLOR, shape },
    },
  ];
}

/** A thin bar from `low` to `high` along the given axis. */
export function errorBarLayer(points: readonly PlotPoint[], position: Position, along: 'x' | 'y'): ChartBody {
  return {
    data: { values: points.filter(({ low, high }) => low !== undefined && high !== undefined) },
    mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.55 },
    encoding: {
      ...position,
      [along]: { ...position[along], field: 'low' },
      [`${along}2`]: { field: 'high' },
      stroke: OWN_COLOR,
    },
  };
}

/** Short texts at places given in the units of the axes. */
export function labelLayer(
  labels: readonly { x: number; y: number; text: string; color: string }[],
  position: Position,
): ChartBody {
  return {
    data: { values: labels },
    mark: { type: 'text', fontSize: LABEL_STYLE.fontSize, align: 'center', baseline: 'middle' },
    encoding: { ...position, text: { field: 'text', type: 'nominal' }, fill: OWN_COLOR },
  };
}

/** A dashed level across the chart. */
export function levelRule(level: number, position: Position): ChartBody[] {
  const mark = { type: 'rule', strokeDash: [4, 4], color: QUIET, opacity: 0.7 };
  return [{ data: { values: [{ y: level }] }, mark, encoding: { y: { ...position.y, field: 'y' } } }];
}

/** The same with a word at one end where it covers nothing. */
export function levelLayers(
  level: number,
  text: string,
  points: readonly PlotPoint[],
  position: Position,
  area: PlotArea,
): ChartBody[] {
  const { align, side } = levelPlace(level, text, points, area);
  const [baseline, dy] = side === 'above' ? ['bottom', -4] : ['top', 5];
  const x = align === 'right' ? area.width - 2 : 4;
  return [
    ...levelRule(level, position),
    {
      data: { values: [{ y: level, text }] },
      mark: { type: 'text', align, baseline, dy, fontSize: LABEL_STYLE.fontSize, color: INK, x },
      encoding: { y: { ...position.y, field: 'y' }, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

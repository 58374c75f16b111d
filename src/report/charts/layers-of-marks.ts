/** The layers that charts are put together from: lines, points, error bars, labels and the line of the unreduced model. */
import { BASELINE_COLOR, BASELINE_SHAPE, INK, QUIET } from './palette.js';
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
  /** Position along the line of its series. */
  order: number;
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

/** One line per series through its valid points. */
export function lineLayer(points: readonly PlotPoint[], position: Position): ChartBody {
  return {
    data: { values: points.filter(({ invalid }) => !invalid) },
    mark: { type: 'line', strokeWidth: 1.75, opacity: 0.75 },
    encoding: {
      ...position,
      stroke: OWN_COLOR,
      detail: { field: 'series', type: 'nominal' },
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

/** A dashed level across the chart, with a word at its right end. */
export function levelLayers(level: number, text: string, position: Position, width: number): ChartBody[] {
  const encoding = { y: { ...position.y, field: 'y' } };
  const data = { values: [{ y: level, text }] };
  return [
    { data, mark: { type: 'rule', strokeDash: [4, 4], color: QUIET, opacity: 0.7 }, encoding },
    {
      data,
      mark: { type: 'text', align: 'right', baseline: 'bottom', dy: -4, fontSize: 12, color: INK, x: width },
      encoding: { ...encoding, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

/** Where the marks of a chart lie in pixels, so that labels can keep off them. */
import type { PlotPoint } from './layers-of-marks.js';
import { around, type Box } from './place-labels.js';

export type Domain = readonly [low: number, high: number];

export interface Pixel {
  x: number;
  y: number;
}

export interface PlotArea {
  width: number;
  height: number;
  pixelOf: (point: Pick<PlotPoint, 'x' | 'y'>) => Pixel;
  /** The other way: a place in units of two linear axes. */
  unitsOf: (pixel: Pixel) => Pixel;
}

/** An area with two linear axes. */
export function linearArea(xDomain: Domain, yDomain: Domain, width: number, height: number): PlotArea {
  const [perX, perY] = [width / (xDomain[1] - xDomain[0]), height / (yDomain[1] - yDomain[0])];
  return {
    width,
    height,
    pixelOf: ({ x, y }) => ({ x: (Number(x) - xDomain[0]) * perX, y: (yDomain[1] - y) * perY }),
    unitsOf: ({ x, y }) => ({ x: xDomain[0] + x / perX, y: yDomain[1] - y / perY }),
  };
}

/** An area whose horizontal axis has one band per name. */
export function bandArea(names: readonly string[], yDomain: Domain, width: number, height: number): PlotArea {
  const vertical = linearArea([0, width], yDomain, width, height);
  const centre = (name: string) => ((names.indexOf(name) + 0.5) * width) / names.length;
  return { ...vertical, pixelOf: ({ x, y }) => vertical.pixelOf({ x: centre(String(x)), y }) };
}

/** Half of a mark and a little air, in pixels. */
export const MARK_RADIUS = 6;
const LINE_STEP = 5;

/** The boxes of the marks. */
export function markBoxes(points: readonly PlotPoint[], area: PlotArea): Box[] {
  return points.map((point) => {
    const { x, y } = area.pixelOf(point);
    return around(x, y, 2 * MARK_RADIUS, 2 * MARK_RADIUS);
  });
}

/** The boxes of the error bars. */
export function barBoxes(points: readonly PlotPoint[], along: 'x' | 'y', area: PlotArea): Box[] {
  return points.flatMap((point) => {
    if (point.low === undefined || point.high === undefined) return [];
    const ends = [point.low, point.high].map((end) => area.pixelOf({ ...point, [along]: end }));
    const [a, b] = [ends[0]!, ends[1]!];
    return [around((a.x + b.x) / 2, (a.y + b.y) / 2, Math.abs(a.x - b.x) + 2, Math.abs(a.y - b.y) + 2)];
  });
}

/** Small boxes along the line of every series. */
export function lineBoxes(points: readonly PlotPoint[], area: PlotArea): Box[] {
  const joined = points.filter(({ invalid, order }) => !invalid && Number.isFinite(order));
  const lineOf = ({ series, kind }: PlotPoint) => JSON.stringify([series, kind]);
  return [...new Set(joined.map(lineOf))].flatMap((line) => {
    const own = joined.filter((point) => lineOf(point) === line);
    const pixels = own.sort((a, b) => a.order - b.order).map(area.pixelOf);
    return pixels.slice(1).flatMap((end, at) => alongSegment(pixels[at]!, end));
  });
}

function alongSegment(start: Pixel, end: Pixel): Box[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / LINE_STEP));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const share = step / steps;
    return around(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y), 3, 3);
  });
}

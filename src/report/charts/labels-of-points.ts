/** Labels of plotted points in free places, given in the units of the axes. */
import { textWidth } from '../glyphs.js';
import type { PlotPoint } from './layers-of-marks.js';
import { textTone } from './palette.js';
import { around, placeLabels } from './place-labels.js';
import { LABEL_STYLE } from './theme.js';

type Domain = readonly [low: number, high: number];

export interface Plot {
  xDomain: Domain;
  yDomain: Domain;
  /** In pixels. */
  width: number;
  height: number;
}

/** Half of a mark and a little air. */
const RADIUS = 6;

/** @param points those with a label to place @param all every point that a label must keep off */
export function labelsAt(points: readonly PlotPoint[], all: readonly PlotPoint[], plot: Plot) {
  const { xDomain, yDomain, width, height } = plot;
  const [perX, perY] = [width / (xDomain[1] - xDomain[0]), height / (yDomain[1] - yDomain[0])];
  const pixels = ({ x, y }: PlotPoint) => ({
    x: (Number(x) - xDomain[0]) * perX,
    y: (yDomain[1] - y) * perY,
  });
  const labelled = points.filter(({ label }) => label !== '');
  const places = placeLabels(
    labelled.map((point) => ({
      ...pixels(point),
      width: textWidth(point.label, LABEL_STYLE) + 2,
      height: LABEL_STYLE.fontSize,
    })),
    {
      bounds: { left: 0, right: width, top: 0, bottom: height },
      radius: RADIUS,
      obstacles: all.map((point) => around(pixels(point).x, pixels(point).y, 2 * RADIUS, 2 * RADIUS)),
    },
  );
  return labelled.flatMap(({ label, color }, at) => {
    const place = places[at];
    if (!place) return [];
    return [
      { x: xDomain[0] + place.x / perX, y: yDomain[1] - place.y / perY, text: label, color: textTone(color) },
    ];
  });
}

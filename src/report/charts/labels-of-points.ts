/** Labels beside points and a word beside a level, each where it covers nothing. */
import { textWidth } from '../glyphs.js';
import type { PlotPoint } from './layers-of-marks.js';
import { QUIET, textTone } from './palette.js';
import { around, boxesOverlap, placeLabels } from './place-labels.js';
import { barBoxes, lineBoxes, MARK_RADIUS, markBoxes, type PlotArea } from './plot-area.js';
import { LABEL_STYLE } from './theme.js';

/**
 * Labels in the units of the axes; one without room is left out.
 *
 * @param barsAlong the axis of the error bars
 * @param points those with a label to place @param all every point whose mark and line a label should keep off
 */
export function labelsAt(
  points: readonly PlotPoint[],
  all: readonly PlotPoint[],
  barsAlong: 'x' | 'y',
  area: PlotArea,
) {
  const labelled = points.filter(({ label }) => label !== '');
  const places = placeLabels(
    labelled.map((point) => ({
      ...area.pixelOf(point),
      width: textWidth(point.label, LABEL_STYLE) + 2,
      height: LABEL_STYLE.fontSize,
    })),
    {
      bounds: { left: 0, right: area.width, top: 0, bottom: area.height },
      radius: MARK_RADIUS,
      obstacles: markBoxes(all, area),
      avoid: [...barBoxes(all, barsAlong, area), ...lineBoxes(all, area)],
    },
  );
  return labelled.flatMap(({ label, color }, at) => {
    const place = places[at];
    return place ? [{ ...area.unitsOf(place), text: label, color: textTone(color) }] : [];
  });
}

/** Of the points with the same label at nearly the same `x` only the highest, labelled for all of them. */
export function oncePerPlace(points: readonly PlotPoint[]): PlotPoint[] {
  const highest = new Map<string, PlotPoint>();
  for (const point of points) {
    const key = `${point.label} ${Number(point.x).toPrecision(2)}`;
    if (!highest.has(key) || highest.get(key)!.y < point.y) highest.set(key, { ...point, color: QUIET });
  }
  return [...highest.values()];
}

/** Where the word of a level stands: at which end, and on which side of the line. */
export interface LevelPlace {
  align: 'left' | 'right';
  side: 'above' | 'below';
}

const LEVEL_PLACES: readonly LevelPlace[] = [
  { align: 'right', side: 'above' },
  { align: 'left', side: 'above' },
  { align: 'right', side: 'below' },
  { align: 'left', side: 'below' },
];

/** The first place where the word touches no mark and no line, or the first of all. */
export function levelPlace(
  level: number,
  text: string,
  points: readonly PlotPoint[],
  area: PlotArea,
): LevelPlace {
  const { y } = area.pixelOf({ x: 0, y: level });
  const width = textWidth(text, LABEL_STYLE);
  const taken = [...markBoxes(points, area), ...lineBoxes(points, area)];
  const free = LEVEL_PLACES.find(({ align, side }) => {
    const x = align === 'right' ? area.width - width / 2 : width / 2;
    const middle = y + (side === 'above' ? -1 : 1) * (LABEL_STYLE.fontSize / 2 + 4);
    const box = around(x, middle, width + 8, LABEL_STYLE.fontSize + 2);
    return middle > 0 && middle < area.height && !taken.some((other) => boxesOverlap(box, other));
  });
  return free ?? LEVEL_PLACES[0]!;
}

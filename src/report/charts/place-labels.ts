/**
 * Places for the labels of points so that no label covers a point or another label.
 *
 * Greedy, in the eight positions of Imhof, "Positioning Names on Maps" (1975); a label without a free place is left out.
 */

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A point with its label, in pixels. */
export interface Labelled {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface LabelOptions {
  /** Labels stay inside. */
  bounds: Box;
  /** Radius around each point that stays free. */
  radius: number;
  /** More that stays free, such as the marks of points without a label. */
  obstacles?: readonly Box[];
  /** What is kept off where there is a choice, such as lines. */
  avoid?: readonly Box[];
}

/** Above, below, right, left, then the diagonals, as directions of the label's centre. */
const DIRECTIONS: readonly (readonly [x: number, y: number])[] = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];

/** Centre of each label, or undefined where there is no room for it. Earlier points choose first. */
export function placeLabels(
  points: readonly Labelled[],
  { bounds, radius, obstacles = [], avoid = [] }: LabelOptions,
): ({ x: number; y: number } | undefined)[] {
  const taken: Box[] = [...obstacles, ...points.map(({ x, y }) => around(x, y, 2 * radius, 2 * radius))];
  const touches = (box: Box, boxes: readonly Box[]) => boxes.some((other) => boxesOverlap(box, other));
  return points.map((point) => {
    const free = candidates(point, radius).filter(({ box }) => inside(box, bounds) && !touches(box, taken));
    const best = free.find(({ box }) => !touches(box, avoid)) ?? free[0];
    if (best) taken.push(best.box);
    return best?.centre;
  });
}

function candidates({ x, y, width, height }: Labelled, radius: number) {
  return DIRECTIONS.map(([right, down]) => {
    const reach = right !== 0 && down !== 0 ? 0.72 : 1;
    const centre = {
      x: x + right * reach * (radius + 2 + width / 2),
      y: y + down * reach * (radius + 1 + height / 2),
    };
    return { centre, box: around(centre.x, centre.y, width, height) };
  });
}

export function around(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

export function boxesOverlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function inside(box: Box, bounds: Box): boolean {
  return (
    box.left >= bounds.left &&
    box.right <= bounds.right &&
    box.top >= bounds.top &&
    box.bottom <= bounds.bottom
  );
}

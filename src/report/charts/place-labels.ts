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
  /** More that stays free, such as other labels and lines. */
  obstacles?: readonly Box[];
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
  { bounds, radius, obstacles = [] }: LabelOptions,
): ({ x: number; y: number } | undefined)[] {
  const taken: Box[] = [...obstacles, ...points.map(({ x, y }) => around(x, y, 2 * radius, 2 * radius))];
  return points.map((point) => {
    const { x, y, width, height } = point;
    for (const [right, down] of DIRECTIONS) {
      const reach = right !== 0 && down !== 0 ? 0.72 : 1;
      const centreX = x + right * reach * (radius + 2 + width / 2);
      const centreY = y + down * reach * (radius + 1 + height / 2);
      const box = around(centreX, centreY, width, height);
      if (!inside(box, bounds) || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return { x: centreX, y: centreY };
    }
    return undefined;
  });
}

export function around(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(a: Box, b: Box): boolean {
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

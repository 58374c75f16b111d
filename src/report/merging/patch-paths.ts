/** Sets of patches as SVG path data, on a grid of square patches. */

/** Where a grid of patches lies on a sheet, in pixels. */
export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
  readonly left: number;
  readonly top: number;
  /** Side of a patch; whole, so that neighbours meet without a seam. */
  readonly side: number;
}

/** The area of these patches: one rectangle for every run within a row. */
export function areaPath(patches: readonly number[], grid: PatchGrid): string {
  const { columns, left, top, side } = grid;
  const inside = new Set(patches);
  const paths: string[] = [];
  for (const patch of inside) {
    if (patch % columns > 0 && inside.has(patch - 1)) continue;
    let end = patch + 1;
    while (end % columns > 0 && inside.has(end)) end++;
    const x = left + (patch % columns) * side;
    const y = top + Math.floor(patch / columns) * side;
    paths.push(`M${x} ${y}h${(end - patch) * side}v${side}H${x}z`);
  }
  return paths.join('');
}

/** A border of `width` pixels along the inner side of the area's edge; neighbouring areas do not cover each other's. */
export function borderPath(patches: readonly number[], grid: PatchGrid, width: number): string {
  const { rows, columns, left, top, side } = grid;
  const inside = new Set(patches);
  const has = (row: number, column: number): boolean =>
    row >= 0 && row < rows && column >= 0 && column < columns && inside.has(row * columns + column);
  const far = side - width;
  const paths: string[] = [];
  for (const patch of inside) {
    const [row, column] = [Math.floor(patch / columns), patch % columns];
    const [x, y] = [left + column * side, top + row * side];
    const strip = (dx: number, dy: number, w: number, h: number): void => {
      paths.push(`M${x + dx} ${y + dy}h${w}v${h}h${-w}z`);
    };
    const [up, down] = [has(row - 1, column), has(row + 1, column)];
    const [before, after] = [has(row, column - 1), has(row, column + 1)];
    if (!up) strip(0, 0, side, width);
    if (!down) strip(0, far, side, width);
    if (!before) strip(0, 0, width, side);
    if (!after) strip(far, 0, width, side);
    if (up && before && !has(row - 1, column - 1)) strip(0, 0, width, width);
    if (up && after && !has(row - 1, column + 1)) strip(far, 0, width, width);
    if (down && before && !has(row + 1, column - 1)) strip(0, far, width, width);
    if (down && after && !has(row + 1, column + 1)) strip(far, far, width, width);
  }
  return paths.join('');
}

/** The middle of these patches. */
export function centerOf(
  patches: readonly number[],
  { columns, left, top, side }: PatchGrid,
): { x: number; y: number } {
  const mean = (of: (patch: number) => number): number =>
    patches.reduce((sum, patch) => sum + of(patch), 0) / patches.length;
  return {
    x: left + (mean((patch) => patch % columns) + 0.5) * side,
    y: top + (mean((patch) => Math.floor(patch / columns)) + 0.5) * side,
  };
}

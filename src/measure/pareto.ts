/**
 * The Pareto front: the points that no other point beats.
 *
 * Source: Pareto dominance. A point is off the front when another is at least as good everywhere and better somewhere;
 * duplicates do not beat each other.
 */

export type Better = 'higher' | 'lower';

/** @param points `[count][criteria]` @param better the good direction of each criterion */
export function onParetoFront(points: readonly (readonly number[])[], better: readonly Better[]): boolean[] {
  const gains = points.map((point) =>
    point.map((value, criterion) => (better[criterion] === 'lower' ? -value : value)),
  );
  return gains.map((point) => !gains.some((other) => dominates(other, point)));
}

function dominates(other: readonly number[], point: readonly number[]): boolean {
  return other.every((gain, at) => gain >= point[at]!) && other.some((gain, at) => gain > point[at]!);
}

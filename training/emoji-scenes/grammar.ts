/**
 * What is true of a scene, in words: how many of what, how large, where, and what stands beside what.
 */
import { concepts } from './concepts.js';
import type { PlacedObject, Scene } from './scene.js';
import type { TextureName } from './textures.js';

/** All mentioned objects of one kind. */
export interface Group {
  readonly concept: number;
  readonly members: readonly PlacedObject[];
}

/** The mentioned objects by kind, in painting order. */
export function groupsOf(objects: Scene['objects']): Group[] {
  const members = new Map<number, PlacedObject[]>();
  for (const object of objects) {
    if (object.distractor) continue;
    members.set(object.concept, [...(members.get(object.concept) ?? []), object]);
  }
  return [...members].map(([concept, list]) => ({ concept, members: list }));
}

const numbers = ['no', 'one', 'two', 'three', 'four', 'five'] as const;

/** `two`, `three`, …; scenes hold at most five objects. */
export function numberWord(count: number): string {
  return numbers[count] ?? String(count);
}

/** `a red apple`, `a small red apple`, `two red apples`. */
export function nounPhrase(group: Group, withSize = false): string {
  const { name, plural } = concepts[group.concept]!;
  const count = group.members.length;
  if (count > 1) return `${numberWord(count)} ${plural}`;
  const size = withSize ? sizeWord(group.members[0]!) : undefined;
  return withArticle(size === undefined ? name : `${size} ${name}`);
}

/** `large` from 0.28 of the side on, `small` up to 0.16, nothing between. */
export function sizeWord(object: PlacedObject): 'large' | 'small' | undefined {
  if (object.size >= 0.28) return 'large';
  return object.size <= 0.16 ? 'small' : undefined;
}

/** `a` or `an` before the words. */
export function withArticle(words: string): string {
  return `${/^(?!unicorn)[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

/** `a, b and c`. */
export function listed(phrases: readonly string[]): string {
  if (phrases.length < 2) return phrases.join('');
  return `${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1)}`;
}

/** `a green striped background`. */
export function backgroundPhrase({ colour, texture }: TextureName): string {
  return `${withArticle(`${colour} ${texture}`)} background`;
}

/** Where a single object is, in thirds of the picture: `in the top left corner`, `on the right`, `in the middle`. */
export function position({ x, y }: PlacedObject): string {
  const column = x < 0.36 ? 'left' : x > 0.64 ? 'right' : undefined;
  const row = y < 0.36 ? 'top' : y > 0.64 ? 'bottom' : undefined;
  if (row !== undefined && column !== undefined) return `in the ${row} ${column} corner`;
  if (row !== undefined) return `at the ${row}`;
  return column === undefined ? 'in the middle' : `on the ${column}`;
}

export type Relation = 'to the left of' | 'to the right of' | 'above' | 'below';

/**
 * How all of `a` lie relative to all of `b`, or undefined where the eye could not tell.
 * A relation holds when every pair of centres is at least 0.15 apart along its axis and further than across it.
 */
export function relation(a: Group, b: Group): Relation | undefined {
  const pairs = a.members.flatMap((one) =>
    b.members.map((other) => [one.x - other.x, one.y - other.y] as const),
  );
  const holds = (
    along: (dx: number, dy: number) => number,
    across: (dx: number, dy: number) => number,
  ): boolean => pairs.every(([dx, dy]) => along(dx, dy) >= 0.15 && along(dx, dy) > Math.abs(across(dx, dy)));
  if (
    holds(
      (dx) => -dx,
      (_, dy) => dy,
    )
  )
    return 'to the left of';
  if (
    holds(
      (dx) => dx,
      (_, dy) => dy,
    )
  )
    return 'to the right of';
  if (
    holds(
      (_, dy) => -dy,
      (dx) => dx,
    )
  )
    return 'above';
  return holds(
    (_, dy) => dy,
    (dx) => dx,
  )
    ? 'below'
    : undefined;
}

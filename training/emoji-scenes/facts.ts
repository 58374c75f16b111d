/**
 * What can be told of a scene by looking at it: what is there, how often, and what is too hidden to be sure of.
 */
import { type Group, groupsOf, type Relation, relation } from './grammar.js';
import { classKinds, type Kind, siblingsOf } from './kinds.js';
import type { Layout, PlacedObject } from './scene.js';
import type { TextureName } from './textures.js';

export interface Facts {
  readonly objects: readonly PlacedObject[];
  /** The objects that have names, by class. */
  readonly groups: readonly Group[];
  /** The symbols that only distract. */
  readonly symbols: readonly PlacedObject[];
  /** Objects of which later ones cover too much. */
  readonly hidden: readonly PlacedObject[];
  readonly ground: TextureName;
}

/** The share of an object's square that may be covered where it is asked for. */
const mostHidden = 0.4;

export function factsOf({ objects }: Layout, ground: TextureName): Facts {
  const hidden = objects.filter((object, index) => {
    const covered = objects.slice(index + 1).reduce((sum, later) => sum + commonArea(object, later), 0);
    return covered > mostHidden * object.size ** 2;
  });
  const symbols = objects.filter(({ distractor }) => distractor);
  return { objects, groups: groupsOf(objects), symbols, hidden, ground };
}

/** The objects of a kind, or undefined where two people might count differently. */
export function seen(facts: Facts, { members, doubtful }: Kind): PlacedObject[] | undefined {
  const found: PlacedObject[] = [];
  for (const object of facts.objects) {
    if (doubtful.has(object.concept)) return undefined;
    if (!members.has(object.concept)) continue;
    if (facts.hidden.includes(object)) return undefined;
    found.push(object);
  }
  return found;
}

/** How many of a kind there are, or undefined where that is unclear. */
export function countOf(facts: Facts, kind: Kind): number | undefined {
  return seen(facts, kind)?.length;
}

/** A class that the scene shows beyond doubt, with its objects. */
export interface Shown {
  readonly kind: Kind;
  readonly members: readonly PlacedObject[];
}

/** Every class that can be asked for without doubt. */
export function shown(facts: Facts): Shown[] {
  return facts.groups.flatMap(({ concept }) => {
    const kind = classKinds[concept]!;
    const members = seen(facts, kind);
    return members === undefined ? [] : [{ kind, members }];
  });
}

/** The classes of which there is exactly one, so that "the dog" means something. */
export function shownOnce(facts: Facts): { kind: Kind; object: PlacedObject }[] {
  return shown(facts).flatMap(({ kind, members }) =>
    members.length === 1 ? [{ kind, object: members[0]! }] : [],
  );
}

/** Classes that are certainly not in the scene, like those that are: of the same groups. */
export function absentAlike(facts: Facts): Kind[] {
  const like = new Set(facts.groups.flatMap(({ concept }) => siblingsOf(concept)));
  return [...like].filter((kind) => countOf(facts, kind) === 0);
}

/** How one set of objects lies to another, under the margins of captions. */
export function relationOf(a: readonly PlacedObject[], b: readonly PlacedObject[]): Relation | undefined {
  return relation({ concept: 0, members: a }, { concept: 0, members: b });
}

/** How far `a` lies from `b` in the direction of a relation; negative on the other side. */
export function along(how: Relation, a: PlacedObject, b: PlacedObject): number {
  if (how === 'to the left of') return b.x - a.x;
  if (how === 'to the right of') return a.x - b.x;
  return how === 'above' ? b.y - a.y : a.y - b.y;
}

/** The area that the squares of two objects share, rotation left aside. */
function commonArea(a: PlacedObject, b: PlacedObject): number {
  const shared = (from: number, to: number): number =>
    Math.max(Math.min(from + a.size / 2, to + b.size / 2) - Math.max(from - a.size / 2, to - b.size / 2), 0);
  return shared(a.x, b.x) * shared(a.y, b.y);
}

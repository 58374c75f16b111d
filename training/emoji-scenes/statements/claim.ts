/**
 * A statement about a left and a right picture that can be held against any two scenes.
 *
 * Source: NLVR2 (Suhr et al., ACL 2019): a sentence is true of one pair of photographs and false of another, so that the
 * sentence alone tells nothing.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import { type Facts, shown } from '../facts.js';
import { classKinds, familiesOf, type Kind } from '../kinds.js';

export interface Claim {
  readonly template: string;
  readonly sentence: string;
  /** What the sentence is about; pairs are sought where these are, or what is like them. */
  readonly kinds: readonly Kind[];
  /** The colour of a background that it names. */
  readonly colour?: string;
  /** Whether it is true of two scenes; undefined where people might disagree. */
  judge(left: Facts, right: Facts): boolean | undefined;
}

/** A way to make statements; `propose` says something about a pair, true or false. */
export interface Template {
  readonly name: string;
  propose(random: SeededRandom, left: Facts, right: Facts): Omit<Claim, 'template'> | undefined;
}

/** Judges by one value of each picture, undefined where either is unclear. */
export function comparing<Value>(
  look: (facts: Facts) => Value | undefined,
  holds: (left: Value, right: Value) => boolean | undefined,
): Claim['judge'] {
  return (left, right) => {
    const first = look(left);
    const second = look(right);
    return first === undefined || second === undefined ? undefined : holds(first, second);
  };
}

/** A class that one of two scenes shows, the ones in both more often, or a family of it. */
export function someKind(random: SeededRandom, left: Facts, right: Facts): Kind | undefined {
  const kinds = [left, right].flatMap((facts) => shown(facts).map(({ kind }) => kind));
  if (kinds.length === 0) return undefined;
  const common = kinds.filter((kind, index) => kinds.indexOf(kind) !== index);
  const kind = random.pick(common.length > 0 && random.chance(0.6) ? common : kinds);
  const families = familiesOf(classKinds.indexOf(kind));
  return families.length > 0 && random.chance(0.3) ? random.pick(families) : kind;
}

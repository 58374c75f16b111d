/**
 * The scenes of a split by what they hold, to draw pairs that have something in common.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import type { Facts } from '../facts.js';
import { classKinds, type Kind, siblingsOf } from '../kinds.js';
import type { Claim } from './claim.js';

/** A scene by its number in the split. */
export interface Numbered {
  readonly id: number;
  readonly facts: Facts;
}
export type Pair = readonly [left: Numbered, right: Numbered];

export interface Pool {
  /** Two different scenes with a class in common. */
  any(random: SeededRandom): Pair | undefined;
  /** The same, one of them with what the claim is about or with something like it. */
  about(random: SeededRandom, claim: Pick<Claim, 'kinds' | 'colour'>): Pair | undefined;
}

export function poolOf(scenes: readonly Numbered[]): Pool {
  const byConcept = classKinds.map((): Numbered[] => []);
  const byColour = new Map<string, Numbered[]>();
  for (const scene of scenes) {
    for (const { concept } of scene.facts.groups) byConcept[concept]!.push(scene);
    const { colour } = scene.facts.ground;
    const same = byColour.get(colour);
    if (same === undefined) byColour.set(colour, [scene]);
    else same.push(scene);
  }

  const withPartner = (random: SeededRandom, first: Numbered): Pair | undefined => {
    const second = random.pick(byConcept[random.pick(first.facts.groups).concept]!);
    if (second === first) return undefined;
    return random.chance(0.5) ? [first, second] : [second, first];
  };
  /** Scenes with a class of the kind, or in one of four draws with a class of the same group. */
  const near = (random: SeededRandom, kind: Kind): readonly Numbered[] => {
    const concept = random.pick([...kind.members]);
    const other = random.chance(0.25) ? random.pick(siblingsOf(concept)) : classKinds[concept]!;
    return byConcept[[...other.members][0]!]!;
  };
  const anchors = (
    random: SeededRandom,
    { kinds, colour }: Pick<Claim, 'kinds' | 'colour'>,
  ): readonly Numbered[] => {
    if (colour !== undefined) return random.chance(0.7) ? byColour.get(colour)! : scenes;
    const [kind, ...rest] = random.shuffle(kinds);
    const found = near(random, kind!);
    if (rest.length === 0 || random.chance(0.5)) return found;
    const all = found.filter(({ facts }) =>
      rest.every(({ members }) => facts.groups.some(({ concept }) => members.has(concept))),
    );
    return all.length > 0 ? all : found;
  };
  return {
    any: (random) => withPartner(random, random.pick(scenes)),
    about: (random, claim) => {
      const from = anchors(random, claim);
      return from.length === 0 ? undefined : withPartner(random, random.pick(from));
    },
  };
}

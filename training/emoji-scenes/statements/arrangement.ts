/**
 * Statements on how things lie, how large they are and what they lie on.
 */
import { along, countOf, type Facts, relationOf, seen, shown } from '../facts.js';
import { type Relation, withArticle } from '../grammar.js';
import { classKinds, familiesOf, type Kind } from '../kinds.js';
import { plainRatio } from '../questions/comparison.js';
import { relations, slack } from '../questions/relation.js';
import { comparing, someKind, type Template } from './claim.js';

const beside: Template = {
  name: 'beside',
  propose: (random, left, right) => {
    const kinds = shown(random.pick([left, right])).map(({ kind }) => kind);
    if (kinds.length < 2) return undefined;
    const [a, b] = random.shuffle(kinds).map((kind) => {
      const families = familiesOf(classKinds.indexOf(kind));
      return families.length > 0 && random.chance(0.5) ? random.pick(families) : kind;
    }) as [Kind, Kind];
    if ([...a.members].some((concept) => b.members.has(concept))) return undefined;
    const how = random.pick(relations);
    const claim = `${withArticle(a.name)} ${how} ${withArticle(b.name)}`;
    const sentence = random.pick([
      `at least one image has ${claim}`,
      `there is ${claim} in at least one image`,
      `at least one of the images shows ${claim}`,
    ]);
    // Where no picture shows both, one need not look how they lie.
    const judge = comparing(
      (facts) => holdsIn(facts, a, how, b),
      (one, other) => (one === 'apart' && other === 'apart' ? undefined : one === 'so' || other === 'so'),
    );
    return { sentence, kinds: [a, b], judge };
  },
};

/** Whether some `a` plainly lies so to some `b`, none comes near it, or they are not together in the picture. */
function holdsIn(facts: Facts, a: Kind, how: Relation, b: Kind): 'so' | 'not so' | 'apart' | undefined {
  const [ones, others] = [seen(facts, a), seen(facts, b)];
  if (ones === undefined || others === undefined) return undefined;
  const pairs = ones.flatMap((one) => others.map((other) => [one, other] as const));
  if (pairs.length === 0) return 'apart';
  if (pairs.some(([one, other]) => relationOf([one], [other]) === how)) return 'so';
  return pairs.every(([one, other]) => along(how, one, other) <= slack) ? 'not so' : undefined;
}

const larger: Template = {
  name: 'larger',
  propose: (random, left, right) => {
    const kind = someKind(random, left, right);
    if (kind === undefined) return undefined;
    const { name } = kind;
    const [here, there] = random.shuffle(['left', 'right'] as const);
    const word = random.pick(['larger', 'smaller']);
    const greater = (here === 'left') === (word === 'larger');
    const sentence = random.pick([
      `the ${name} in the ${here} image is ${word} than the ${name} in the ${there} image`,
      `the ${name} is ${word} in the ${here} image than in the ${there} image`,
      `the ${here} image shows the ${word} ${name}`,
    ]);
    const judge = (one: Facts, other: Facts): boolean | undefined => {
      if (countOf(one, kind) !== 1 || countOf(other, kind) !== 1) return undefined;
      const ratio = seen(one, kind)![0]!.size / seen(other, kind)![0]!.size;
      if (ratio < plainRatio && ratio > 1 / plainRatio) return undefined;
      return greater === ratio > 1;
    };
    return { sentence, kinds: [kind], judge };
  },
};

const background: Template = {
  name: 'background',
  propose: (random, left, right) => {
    const { colour } = random.pick([left, right]).ground;
    const ofColour = (facts: Facts): boolean => facts.ground.colour === colour;
    const [sentence, holds] = random.pick([
      [`both images have ${withArticle(colour)} background`, and],
      [`the background of each image is ${colour}`, and],
      [`one image has ${withArticle(colour)} background and the other does not`, differ],
      [`only one of the images has ${withArticle(colour)} background`, differ],
      [`at least one image has ${withArticle(colour)} background`, or],
      [`neither image has ${withArticle(colour)} background`, neither],
    ] as const);
    return { sentence, kinds: [], colour, judge: comparing(ofColour, holds) };
  },
};

const and = (a: boolean, b: boolean): boolean => a && b;
const or = (a: boolean, b: boolean): boolean => a || b;
const differ = (a: boolean, b: boolean): boolean => a !== b;
const neither = (a: boolean, b: boolean): boolean => !a && !b;

export const arrangement: readonly Template[] = [beside, larger, background];

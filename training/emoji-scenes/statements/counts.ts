/**
 * Statements on numbers: more or fewer on one side, equally many, so many in total, so many in one picture only.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import { countOf, type Facts } from '../facts.js';
import { numberWord } from '../grammar.js';
import { anything, type Kind } from '../kinds.js';
import { type Claim, comparing, someKind, type Template } from './claim.js';

type Made = Omit<Claim, 'template'>;

/** A template that compares the number of one kind in both pictures. */
function onCounts(
  name: string,
  make: (
    random: SeededRandom,
    kind: Kind,
    counts: readonly [left: number, right: number],
  ) => { sentence: string; holds: (left: number, right: number) => boolean | undefined } | undefined,
): Template {
  return {
    name,
    propose: (random, left, right): Made | undefined => {
      const kind = countable(random, left, right);
      if (kind === undefined) return undefined;
      const counts = [countOf(left, kind), countOf(right, kind)] as const;
      const [first, second] = counts;
      if (first === undefined || second === undefined) return undefined;
      const made = make(random, kind, [first, second]);
      if (made === undefined) return undefined;
      const judge = comparing((facts) => countOf(facts, kind), made.holds);
      return { sentence: made.sentence, kinds: [kind], judge };
    },
  };
}

/** Objects of all kinds are counted where no symbol confuses. */
function countable(random: SeededRandom, left: Facts, right: Facts): Kind | undefined {
  const plain = left.symbols.length + right.symbols.length === 0;
  return plain && random.chance(0.5) ? anything : someKind(random, left, right);
}

const moreOnOneSide = onCounts('more', (random, { plural }) => {
  const [here, there] = random.shuffle(['left', 'right'] as const);
  const word = random.pick(['more', 'fewer']);
  const greater = (here === 'left') === (word === 'more');
  const sentence = random.pick([
    `the ${here} image shows ${word} ${plural} than the ${there} image`,
    `there are ${word} ${plural} in the ${here} image than in the ${there} image`,
    `the ${here} image contains ${word} ${plural} than the ${there} one`,
  ]);
  const holds = (left: number, right: number): boolean | undefined => {
    if (left + right === 0) return undefined;
    return greater ? left > right : left < right;
  };
  return { sentence, holds };
});

const equal = onCounts('equal', (random, { plural }) => {
  const sentence = random.pick([
    `the number of ${plural} in both images is equal`,
    `the left image has as many ${plural} as the right image`,
    `both images show the same number of ${plural}`,
  ]);
  // Where one picture shows none, one need not count.
  return { sentence, holds: (one, other) => (one * other === 0 ? undefined : one === other) };
});

const total = onCounts('total', (random, { plural }, [left, right]) => {
  const number = left + right + (random.chance(0.3) ? random.pick([-1, 1]) : 0);
  if (number < 2) return undefined;
  const sentence = random.pick([
    `there are exactly ${words(number)} ${plural} in total`,
    `the two images contain ${words(number)} ${plural} in total`,
    `there are ${words(number)} ${plural} in the two images together`,
  ]);
  return { sentence, holds: (one, other) => one + other === number };
});

const soManyInOne = onCounts('exactly', (random, { name, plural }, [left, right]) => {
  const number = random.shuffle([left, right]).find((count) => count > 0);
  if (number === undefined) return undefined;
  const things = number === 1 ? `one ${name}` : `${words(number)} ${plural}`;
  const sentence = random.pick([
    `one image contains exactly ${things} and the other does not`,
    `only one of the images shows exactly ${things}`,
  ]);
  return { sentence, holds: (one, other) => (one === number) !== (other === number) };
});

const above = ['six', 'seven', 'eight', 'nine', 'ten', 'eleven'];

/** `three`, up to what two scenes can hold. */
function words(number: number): string {
  return number > 5 ? above[number - 6]! : numberWord(number);
}

export const counts: readonly Template[] = [moreOnOneSide, equal, total, soManyInOne];

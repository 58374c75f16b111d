/**
 * "Is there a dog?", asked of what is there and of what might be: an absent class of the same group.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import { absentAlike, type Facts, seen, shown } from '../facts.js';
import { withArticle } from '../grammar.js';
import { families, type Kind } from '../kinds.js';
import type { PlacedObject } from '../scene.js';
import type { Maker, Question } from './question.js';

/** How many absent classes are offered per scene. */
const negatives = 3;

export const existence: Maker = (random, facts) => {
  const present = shown(facts).map(({ kind, members }) => ask(random, 'class', kind, members));
  const absent = random.shuffle(absentAlike(facts)).slice(0, negatives);
  return [...present, ...absent.map((kind) => ask(random, 'class', kind, [])), ...ofFamilies(random, facts)];
};

function ofFamilies(random: SeededRandom, facts: Facts): Question[] {
  return families.flatMap((kind) => {
    const members = seen(facts, kind);
    return members === undefined ? [] : [ask(random, 'family', kind, members)];
  });
}

function ask(random: SeededRandom, form: string, kind: Kind, about: readonly PlacedObject[]): Question {
  const one = withArticle(kind.name);
  const question = random.pick([
    `is there ${one}?`,
    `is there ${one} in the picture?`,
    `are there any ${kind.plural}?`,
    `can you see ${one}?`,
    `does the picture show ${one}?`,
    `do you see any ${kind.plural} here?`,
  ]);
  return { type: 'is there', form, question, answer: about.length > 0 ? 'yes' : 'no', about };
}

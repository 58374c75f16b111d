/**
 * "How many apples are there?": of one class, of a family such as animals, or of all objects where no symbol confuses.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import { absentAlike, type Facts, seen, shown } from '../facts.js';
import { anything, families, type Kind } from '../kinds.js';
import type { PlacedObject } from '../scene.js';
import type { Maker, Question } from './question.js';

export const count: Maker = (random, facts) => {
  const absent = random.shuffle(absentAlike(facts)).slice(0, 1);
  return [
    ...shown(facts).map(({ kind, members }) => ask(random, 'class', kind, members)),
    ...absent.map((kind) => ask(random, 'class', kind, [])),
    ...families.flatMap((kind) => ofSeveral(random, 'family', kind, facts)),
    ...ofSeveral(random, 'all', anything, facts),
  ];
};

/** Nobody asks how many vehicles there are where none is. */
function ofSeveral(random: SeededRandom, form: string, kind: Kind, facts: Facts): Question[] {
  const members = seen(facts, kind);
  return members === undefined || members.length === 0 ? [] : [ask(random, form, kind, members)];
}

function ask(random: SeededRandom, form: string, { plural }: Kind, about: readonly PlacedObject[]): Question {
  const question = random.pick([
    `how many ${plural} are there?`,
    `how many ${plural} are in the picture?`,
    `how many ${plural} can you see?`,
    `how many ${plural} does the picture show?`,
    `what is the number of ${plural}?`,
  ]);
  return { type: 'how many', form, question, answer: String(about.length), about };
}

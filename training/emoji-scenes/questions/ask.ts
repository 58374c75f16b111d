/**
 * A few questions about one scene, of different types where the scene allows.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import type { Facts } from '../facts.js';
import { colour } from './colour.js';
import { moreOrFewer, whichIsLarger } from './comparison.js';
import { count } from './count.js';
import { existence } from './existence.js';
import { whatIsAt, whereIs } from './position.js';
import { type Maker, type Question, type QuestionType, questionTypes } from './question.js';
import { isThe, whatIsBeside } from './relation.js';
import { rarest, type Tally } from './tally.js';

const makers: Readonly<Record<QuestionType, Maker>> = {
  'is there': existence,
  'how many': count,
  'what color': colour,
  'where is': whereIs,
  'what is': (random, facts) => [...whatIsAt(random, facts), ...whatIsBeside(random, facts)],
  'is the': isThe,
  'are there more': moreOrFewer,
  'which is larger': whichIsLarger,
};

/** How gladly a type is asked; few scenes allow the last ones. */
const weights: Readonly<Record<QuestionType, number>> = {
  'is there': 0.9,
  'how many': 1.2,
  'what color': 0.7,
  'where is': 1,
  'what is': 1.6,
  'is the': 1.1,
  'are there more': 0.7,
  'which is larger': 1.5,
};

/** Exactly `number` questions; their answers are counted in `tally`. */
export function ask(random: SeededRandom, facts: Facts, number: number, tally: Tally): Question[] {
  const asked: Question[] = [];
  while (asked.length < number) {
    for (const type of inWeightedOrder(random)) {
      const question = askOne(random, makers[type](random, facts), asked, tally);
      if (question === undefined) continue;
      tally.add(question);
      if (asked.push(question) === number) break;
    }
  }
  return asked;
}

function askOne(
  random: SeededRandom,
  candidates: readonly Question[],
  asked: readonly Question[],
  tally: Tally,
): Question | undefined {
  const fresh = candidates.filter(({ question }) => asked.every((earlier) => earlier.question !== question));
  for (const form of random.shuffle([...new Set(fresh.map(({ form }) => form))])) {
    const question = rarest(
      random,
      fresh.filter((one) => one.form === form),
      tally,
    );
    if (question !== undefined) return question;
  }
  return undefined;
}

function inWeightedOrder(random: SeededRandom): QuestionType[] {
  const left: QuestionType[] = [...questionTypes];
  const order: QuestionType[] = [];
  while (left.length > 0) {
    order.push(...left.splice(random.weighted(left.map((type) => weights[type])), 1));
  }
  return order;
}

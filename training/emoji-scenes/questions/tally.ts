/**
 * Which answers were given so far, so that the next question can go to the rarest: no answer is worth guessing.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import { answerType, type Question } from './question.js';

/** Counts of answers by type and form of question. */
export interface Tally {
  count(question: Question, answer?: string): number;
  add(question: Question): void;
}

export function newTally(): Tally {
  const counts = new Map<string, number>();
  const key = ({ type, form }: Question, answer: string): string => `${type}|${form}|${answer}`;
  const count = (question: Question, answer = question.answer): number =>
    counts.get(key(question, answer)) ?? 0;
  return {
    count,
    add: (question) => counts.set(key(question, question.answer), count(question) + 1),
  };
}

/**
 * One of the candidates with the answer that is rarest so far. A yes that was given more often than the no, or a no
 * more often than the yes, is not given again: undefined then.
 */
export function rarest(
  random: SeededRandom,
  candidates: readonly Question[],
  tally: Tally,
): Question | undefined {
  const fewest = Math.min(...candidates.map((question) => tally.count(question)));
  const answers = [
    ...new Set(candidates.filter((one) => tally.count(one) === fewest).map(({ answer }) => answer)),
  ];
  if (answers.length === 0) return undefined;
  const answer = random.pick(answers);
  const question = random.pick(candidates.filter((one) => one.answer === answer));
  if (answerType(question) !== 'yes/no') return question;
  return fewest > tally.count(question, answer === 'yes' ? 'no' : 'yes') ? undefined : question;
}

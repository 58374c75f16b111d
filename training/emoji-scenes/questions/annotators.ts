/**
 * Ten people's answers to a question, in agreement except where the thing is small or the picture crowded.
 *
 * Source: VQA v2 (Goyal et al., CVPR 2017): ten answers a question, each with the annotator's confidence.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import type { Facts } from '../facts.js';
import { nearMisses, sameInOtherWords } from './answers.js';
import type { Question } from './question.js';

export interface AnnotatorAnswer {
  readonly answer: string;
  readonly answer_confidence: 'yes' | 'maybe' | 'no';
  readonly answer_id: number;
}

const annotators = 10;
/** At most so many say something else, so that the true answer keeps its majority. */
const mostDissent = 4;

/** What ten people answer. */
export function annotate(random: SeededRandom, facts: Facts, question: Question): AnnotatorAnswer[] {
  const hard = difficulty(facts, question);
  const wrong = nearMisses(question);
  const reworded = sameInOtherWords(question);
  let dissent = 0;
  return Array.from({ length: annotators }, (_, index) => {
    const others = random.chance(0.02 + 0.2 * hard) ? wrong : random.chance(0.06) ? reworded : [];
    const differs = others.length > 0 && dissent < mostDissent;
    if (differs) dissent += 1;
    const sure = random.chance(differs && others === wrong ? 0.4 : 1 - 0.25 * hard);
    return {
      answer: differs ? random.pick(others) : question.answer,
      answer_confidence: sure ? 'yes' : random.chance(0.8) ? 'maybe' : 'no',
      answer_id: index + 1,
    };
  });
}

/** 0 for one large thing alone, 1 for the smallest among many. */
export function difficulty({ objects }: Facts, { about }: Question): number {
  const smallest = Math.min(0.26, ...about.map(({ size }) => size));
  const small = (0.26 - smallest) / (0.26 - 0.12);
  const many = Math.min((objects.length - 1) / 8, 1);
  return 0.5 * small + 0.5 * many;
}

/**
 * A question about one scene with its true answer. Types are named by their opening words, as in VQAv2.
 */
import type { SeededRandom } from '../../../src/random/seeded.js';
import type { Facts } from '../facts.js';
import type { PlacedObject } from '../scene.js';

export const questionTypes = [
  'is there',
  'how many',
  'what color',
  'where is',
  'what is',
  'is the',
  'are there more',
  'which is larger',
] as const;
export type QuestionType = (typeof questionTypes)[number];

export interface Question {
  readonly type: QuestionType;
  /** What within a type decides which answers are likely; answers are balanced within it. */
  readonly form: string;
  readonly question: string;
  readonly answer: string;
  /** The objects that one must see to answer. */
  readonly about: readonly PlacedObject[];
  /** The answer of someone who mistakes one of two things that the question names for the other. */
  readonly rival?: string;
}

/** All questions of one type that a scene allows, each in a wording drawn for it. */
export type Maker = (random: SeededRandom, facts: Facts) => Question[];

/** `yes/no`, `number` or `other`, as VQAv2 sorts answers. */
export function answerType({ type }: Question): 'yes/no' | 'number' | 'other' {
  if (type === 'how many') return 'number';
  return type === 'is there' || type === 'is the' || type === 'are there more' ? 'yes/no' : 'other';
}

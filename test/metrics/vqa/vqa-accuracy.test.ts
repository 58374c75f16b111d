import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  normalizeAnswer,
  normalizePunctuation,
  normalizeWords,
} from '../../../src/metrics/vqa/answer-normalization.js';
import {
  type AnsweredQuestion,
  answerAccuracy,
  comparedAnswers,
  vqaAccuracy,
} from '../../../src/metrics/vqa/vqa-accuracy.js';
import { goldenJson } from '../../fixtures/golden-file.js';

interface Case extends AnsweredQuestion {
  comparedAnswer: string;
  comparedHumanAnswers: string[];
  accuracy: number;
  processedAnswer: string;
}
const golden = goldenJson<{
  cases: Case[];
  overall: number;
  overallExact: number;
  perQuestionType: Record<string, number>;
  perAnswerType: Record<string, number>;
  processing: { text: string; punctuation: string; digitArticle: string; both: string }[];
}>('metrics/vqa.json');

/** As the official program prints it. */
const printed = (accuracy: number): number => Number((100 * accuracy).toFixed(2));
const printedAll = (byType: Map<string, number>): Record<string, number> =>
  Object.fromEntries([...byType].map(([type, accuracy]) => [type, printed(accuracy)]));

describe('the normalisation of answers', () => {
  it.each(golden.processing)('rewrites $text as the official program does', ({ text, ...rewritten }) => {
    expect(normalizePunctuation(text)).toBe(rewritten.punctuation);
    expect(normalizeWords(text)).toBe(rewritten.digitArticle);
    expect(normalizeAnswer(text)).toBe(rewritten.both);
  });
});

describe('VQA accuracy', () => {
  it('compares the texts that the official program compares', () => {
    for (const { answer, humanAnswers, comparedAnswer, comparedHumanAnswers } of golden.cases)
      expect(comparedAnswers(answer, humanAnswers)).toEqual({
        answer: comparedAnswer,
        humanAnswers: comparedHumanAnswers,
      });
  });

  it('agrees with the official program on every answer', () => {
    for (const { answer, humanAnswers, accuracy } of golden.cases)
      expect(answerAccuracy(answer, humanAnswers)).toBeCloseTo(accuracy, 12);
  });

  it('agrees with the official program on the mean and by answer and question type', () => {
    const scores = vqaAccuracy(golden.cases);
    expect(scores.accuracy).toBeCloseTo(golden.overallExact, 12);
    expect(printed(scores.accuracy)).toBe(golden.overall);
    expect(printedAll(scores.byAnswerType)).toEqual(golden.perAnswerType);
    expect(printedAll(scores.byQuestionType)).toEqual(golden.perQuestionType);
    expect(scores.perQuestion).toHaveLength(golden.cases.length);
  });

  it('only normalises where people disagree', () => {
    expect(answerAccuracy('Yes', Array(10).fill('yes'))).toBe(0);
    expect(answerAccuracy('Yes', [...Array(9).fill('yes'), 'no'])).toBe(1);
  });

  it('does not depend on the order of the human answers', () => {
    const answer = fc.constantFrom('yes', 'no', 'Two', '2', 'a dog', 'dog');
    fc.assert(
      fc.property(answer, fc.array(answer, { minLength: 10, maxLength: 10 }), (own, humans) => {
        const accuracy = answerAccuracy(own, humans);
        expect(answerAccuracy(own, humans.toReversed())).toBeCloseTo(accuracy, 12);
        expect(accuracy).toBeGreaterThanOrEqual(0);
        expect(accuracy).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses no questions, and too few human answers', () => {
    expect(() => vqaAccuracy([])).toThrow(/no answers to score/);
    expect(() => answerAccuracy('yes', ['yes', 'yes', 'yes'])).toThrow(/at least 4/);
  });
});

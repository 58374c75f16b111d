/**
 * VQA accuracy: an answer is right to the degree that at least three of ten people gave it.
 *
 * Source: Antol et al., "VQA: Visual Question Answering" (ICCV 2015), and Goyal et al., "Making the V in VQA Matter" (CVPR 2017), computed as
 * the official evaluation does it (https://github.com/GT-Vision-Lab/VQA): the mean over the people of min(1, matches among the others / 3).
 */
import { TurboError } from '../../errors/turbo-error.js';
import { normalizeAnswer, trimAnswer } from './answer-normalization.js';

/** One question with the answer of a model and those of people. */
export interface AnsweredQuestion {
  answer: string;
  /** Ten in VQA; fewer than four could not make any answer wholly right. */
  humanAnswers: readonly string[];
  /** `yes/no`, `number` or `other` in VQA. */
  answerType: string;
  /** The first words of the question in VQA, such as `how many`. */
  questionType: string;
}

/** Accuracies as fractions; the official program prints them times 100, to two decimals. */
export interface VqaAccuracy {
  accuracy: number;
  byAnswerType: Map<string, number>;
  byQuestionType: Map<string, number>;
  /** `[questions]`, for tests that pair two runs question by question. */
  perQuestion: Float64Array;
}

/** Matches among the other people that make an answer wholly right. */
const ENOUGH_MATCHES = 3;

/** Mean accuracy over all questions, and over those of each answer type and question type. */
export function vqaAccuracy(questions: readonly AnsweredQuestion[]): VqaAccuracy {
  if (questions.length === 0)
    throw new TurboError('There are no answers to score', {
      value: 0,
      allowed: 'at least 1 question',
      next: 'Check that the split of the dataset is not empty and that the subset does not exclude every question.',
    });
  const perQuestion = Float64Array.from(questions, ({ answer, humanAnswers }) =>
    answerAccuracy(answer, humanAnswers),
  );
  return {
    accuracy: mean([...perQuestion]),
    byAnswerType: meanBy(questions, perQuestion, ({ answerType }) => answerType),
    byQuestionType: meanBy(questions, perQuestion, ({ questionType }) => questionType),
    perQuestion,
  };
}

/**
 * Accuracy of one answer: 0.3 with one match among ten, 0.6 with two, 0.9 with three, 1 with four or more.
 *
 * Where all people gave the same answer, nothing is normalised and only the very same text counts, as in the official evaluation.
 */
export function answerAccuracy(answer: string, humanAnswers: readonly string[]): number {
  if (humanAnswers.length <= ENOUGH_MATCHES)
    throw new TurboError('A question has too few human answers for VQA accuracy', {
      value: humanAnswers,
      allowed: `at least ${ENOUGH_MATCHES + 1} answers, since an answer counts as right when ${ENOUGH_MATCHES} others agree; VQA has 10`,
      next: 'Check the annotation file of the dataset. A dataset with one answer per question needs exact match, not VQA accuracy.',
    });
  const compared = comparedAnswers(answer, humanAnswers);
  const matches = compared.humanAnswers.filter((human) => human === compared.answer).length;
  const accuracies = compared.humanAnswers.map((human) => {
    const others = human === compared.answer ? matches - 1 : matches;
    return Math.min(1, others / ENOUGH_MATCHES);
  });
  return mean(accuracies);
}

/** The texts that are compared: trimmed, and normalised unless all people agree. */
export function comparedAnswers(
  answer: string,
  humanAnswers: readonly string[],
): { answer: string; humanAnswers: string[] } {
  const trimmed = humanAnswers.map(trimAnswer);
  if (new Set(trimmed).size === 1) return { answer: trimAnswer(answer), humanAnswers: trimmed };
  return { answer: normalizeAnswer(trimAnswer(answer)), humanAnswers: trimmed.map(normalizeAnswer) };
}

function meanBy(
  questions: readonly AnsweredQuestion[],
  accuracies: Float64Array,
  typeOf: (question: AnsweredQuestion) => string,
): Map<string, number> {
  const groups = new Map<string, number[]>();
  for (const [index, question] of questions.entries()) {
    const type = typeOf(question);
    const group = groups.get(type) ?? [];
    group.push(accuracies[index]!);
    groups.set(type, group);
  }
  return new Map([...groups].map(([type, group]) => [type, mean(group)]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * How the VQA evaluation rewrites an answer before it is compared: punctuation, number words, articles, contractions.
 *
 * Source: Antol et al., "VQA: Visual Question Answering" (ICCV 2015), and the official evaluation with all its accidents
 * (https://github.com/GT-Vision-Lab/VQA, `vqaEval.py`; https://visualqa.org/evaluation.html). Written anew from its description.
 */
import { CONTRACTIONS } from './contractions.js';

const PUNCTUATION = [...';/[]"{}()=+\\_-><@`,?!'];
/** The evaluation passes a flag, whose value is 32, where the greatest number of replacements belongs. */
const MOST_PERIODS = 32;

const NUMBER_WORDS = new Map([
  ['none', '0'],
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(
    (word, number) => [word, String(number)] as const,
  ),
]);
const ARTICLES = new Set(['a', 'an', 'the']);

/** Both steps, in the order of the evaluation. */
export function normalizeAnswer(answer: string): string {
  return normalizeWords(normalizePunctuation(answer));
}

/** What the evaluation does to an answer in any case: line breaks and tabs become spaces, and the ends are trimmed. */
export function trimAnswer(answer: string): string {
  return answer.replace(/[\n\t]/g, ' ').trim();
}

/**
 * Takes punctuation out. A mark is deleted if it stands next to a space anywhere in the answer, or if the answer has a comma between digits;
 * else it becomes a space. Periods go unless a digit follows.
 */
export function normalizePunctuation(answer: string): string {
  const hasGroupedDigits = /[0-9],[0-9]/.test(answer);
  let text = answer;
  for (const mark of PUNCTUATION) {
    const isDeleted = hasGroupedDigits || answer.includes(`${mark} `) || answer.includes(` ${mark}`);
    text = text.replaceAll(mark, isDeleted ? '' : ' ');
  }
  let periods = 0;
  return text.replace(/\.(?![0-9])/g, (period) => (periods++ < MOST_PERIODS ? '' : period));
}

/** Small letters, digits for the words none and zero to ten, no articles, and the apostrophe that a contraction lacks. */
export function normalizeWords(answer: string): string {
  return answer
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => NUMBER_WORDS.get(word) ?? word)
    .filter((word) => !ARTICLES.has(word))
    .map((word) => CONTRACTIONS.get(word) ?? word)
    .join(' ');
}

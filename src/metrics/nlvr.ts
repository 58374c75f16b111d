/**
 * NLVR2: whether a statement is true of a pair of images.
 *
 * Source: Suhr et al., "A Corpus for Reasoning about Natural Language Grounded in Photographs" (ACL 2019), sections 5 and 6, as its evaluation
 * counts (https://github.com/lil-lab/nlvr, `nlvr2/eval/metrics.py`): accuracy over examples, and consistency over statements, each of which
 * comes with up to four image pairs.
 */
import { TurboError } from '../errors/turbo-error.js';

/** One statement with one image pair. */
export interface NlvrExample {
  predicted: boolean;
  label: boolean;
  /** Equal for the examples of one statement: from `statementOf`, or the text where a dataset has no identifiers. */
  statement: string;
}

export interface NlvrScores {
  /** Share of right examples. */
  accuracy: number;
  /** Share of statements that are judged right for all of their image pairs. */
  consistency: number;
}

export function nlvrScores(examples: readonly NlvrExample[]): NlvrScores {
  if (examples.length === 0)
    throw new TurboError('There are no statements to score', {
      value: 0,
      allowed: 'at least 1 statement with an image pair',
      next: 'Check that the split of the dataset is not empty and that the subset does not exclude every example.',
    });
  const isConsistent = new Map<string, boolean>();
  let right = 0;
  for (const { predicted, label, statement } of examples) {
    const isRight = predicted === label;
    if (isRight) right++;
    isConsistent.set(statement, isRight && (isConsistent.get(statement) ?? true));
  }
  const consistent = [...isConsistent.values()].filter((value) => value).length;
  return { accuracy: right / examples.length, consistency: consistent / isConsistent.size };
}

/**
 * What the examples of one statement share of their identifiers: split, set and sentence, but not the image pair.
 *
 * @param identifier of the annotation file, `split-set-pair-sentence` such as `dev-850-0-1`
 */
export function statementOf(identifier: string): string {
  const parts = identifier.split('-');
  if (parts.length !== 4)
    throw new TurboError('An identifier of NLVR2 does not have its form', {
      value: identifier,
      allowed: 'split-set-pair-sentence, such as dev-850-0-1',
      next: 'Check that the annotation file is one of NLVR2 and not of NLVR.',
    });
  const [split, set, , sentence] = parts;
  return `${split}-${set}--${sentence}`;
}

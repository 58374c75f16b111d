/**
 * BLEU-1 to BLEU-4: clipped n-gram precision with a penalty for brevity.
 *
 * Source: Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation" (ACL 2002), as the COCO caption evaluation
 * has it (https://github.com/tylin/coco-caption): the closest reference length, and two small numbers in place of zero divisions, so that a
 * sentence without a matching 4-gram scores about 1e-8 and not 0.
 */
import { type CaptionedImage, requireReferences } from './captioned-image.js';
import { countNgrams, wordsOf } from './ngrams.js';

/** BLEU-1, BLEU-2, BLEU-3 and BLEU-4. */
export type Bleu = [number, number, number, number];

const LONGEST = 4;
/** Added to numerators and to denominators: the reference's `tiny` and `small`. */
const TINY = 1e-15;
const SMALL = 1e-9;

/**
 * BLEU of the corpus: counts are summed over all images before precisions are taken.
 *
 * @param images captions as tokens joined by spaces
 */
export function corpusBleu(images: readonly CaptionedImage[]): Bleu {
  requireReferences(images);
  const total: Matches = { candidateLength: 0, referenceLength: 0, matching: zeros(), present: zeros() };
  for (const image of images) {
    const own = matchesOf(image);
    total.candidateLength += own.candidateLength;
    total.referenceLength += own.referenceLength;
    for (let n = 0; n < LONGEST; n++) {
      total.matching[n]! += own.matching[n]!;
      total.present[n]! += own.present[n]!;
    }
  }
  return bleuOf(total);
}

/** BLEU of every image by itself. The corpus score is not the mean of these. */
export function sentenceBleu(images: readonly CaptionedImage[]): Bleu[] {
  requireReferences(images);
  return images.map((image) => bleuOf(matchesOf(image)));
}

/** What BLEU is computed from; adds up over images. */
interface Matches {
  candidateLength: number;
  /** Length of the reference nearest to the candidate's, the shorter one of two equally near. */
  referenceLength: number;
  /** `[4]`: n-grams of the candidate that a reference has, each at most as often as one reference has it. */
  matching: number[];
  /** `[4]`: n-grams of the candidate. */
  present: number[];
}

function matchesOf({ candidate, references }: CaptionedImage): Matches {
  const words = wordsOf(candidate);
  const referenceWords = references.map(wordsOf);
  const matching = zeros();
  for (let n = 1; n <= LONGEST; n++) {
    const referenceCounts = referenceWords.map((reference) => countNgrams(reference, n));
    for (const [ngram, count] of countNgrams(words, n)) {
      const most = Math.max(...referenceCounts.map((counts) => counts.get(ngram) ?? 0));
      matching[n - 1]! += Math.min(count, most);
    }
  }
  return {
    candidateLength: words.length,
    referenceLength: closestLength(
      words.length,
      referenceWords.map(({ length }) => length),
    ),
    matching,
    present: zeros().map((_, n) => Math.max(0, words.length - n)),
  };
}

function closestLength(length: number, others: readonly number[]): number {
  return others.reduce((best, other) => {
    const nearer = Math.abs(other - length) - Math.abs(best - length);
    return nearer < 0 || (nearer === 0 && other < best) ? other : best;
  });
}

function bleuOf({ candidateLength, referenceLength, matching, present }: Matches): Bleu {
  const ratio = (candidateLength + TINY) / (referenceLength + SMALL);
  const brevity = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
  let product = 1;
  return matching.map((matches, n) => {
    product *= (matches + TINY) / (present[n]! + SMALL);
    return product ** (1 / (n + 1)) * brevity;
  }) as Bleu;
}

function zeros(): number[] {
  return Array.from({ length: LONGEST }, () => 0);
}

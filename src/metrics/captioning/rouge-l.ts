/**
 * ROUGE-L: F-measure of the longest common subsequence of words, recall weighing more.
 *
 * Source: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (ACL workshop 2004), section 3, as the COCO caption evaluation has it
 * (https://github.com/tylin/coco-caption): beta 1.2, the best precision and the best recall over the references, which may come from
 * different references, and words separated by single spaces.
 */
import { type CaptionedImage, requireReferences } from './captioned-image.js';

const BETA = 1.2;

/**
 * ROUGE-L of every image; the score of the corpus is its mean.
 *
 * @param images captions as tokens joined by single spaces
 * @returns `[images]`
 */
export function rougeL(images: readonly CaptionedImage[]): Float64Array {
  requireReferences(images);
  return Float64Array.from(images, rougeLOfImage);
}

function rougeLOfImage({ candidate, references }: CaptionedImage): number {
  const words = candidate.split(' ');
  let precision = 0;
  let recall = 0;
  for (const reference of references) {
    const referenceWords = reference.split(' ');
    const common = longestCommonSubsequence(words, referenceWords);
    precision = Math.max(precision, common / words.length);
    recall = Math.max(recall, common / referenceWords.length);
  }
  if (precision === 0 || recall === 0) return 0;
  return ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
}

/** Length of the longest sequence of words that both texts hold in this order, gaps allowed. */
export function longestCommonSubsequence(first: readonly string[], second: readonly string[]): number {
  // lengths[j]: of the words of `first` so far and the first j of `second`.
  const lengths = new Uint32Array(second.length + 1);
  for (const word of first) {
    let diagonal = 0;
    for (let j = 1; j <= second.length; j++) {
      const above = lengths[j]!;
      lengths[j] = word === second[j - 1] ? diagonal + 1 : Math.max(above, lengths[j - 1]!);
      diagonal = above;
    }
  }
  return lengths[second.length]!;
}

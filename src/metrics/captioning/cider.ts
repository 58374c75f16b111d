/**
 * CIDEr: how much a caption agrees with the consensus of its references, n-grams weighted by how much they tell about an image.
 *
 * Source: Vedantam et al., "CIDEr: Consensus-based Image Description Evaluation" (CVPR 2015), as the COCO caption evaluation has it
 * (https://github.com/tylin/coco-caption, there named CIDEr-D: clipped counts, a Gaussian penalty on length with sigma 6, times 10).
 * As in that program the length is the number of bigrams, and document frequencies are those of the references at hand, so one image alone
 * scores 0.
 */
import { type CaptionedImage, requireReferences } from './captioned-image.js';
import { countNgrams, wordsOf } from './ngrams.js';

const LONGEST = 4;
const SIGMA = 6;
const SCALE = 10;

/**
 * CIDEr of every image; the score of the corpus is its mean.
 *
 * @param images captions as tokens joined by spaces
 * @returns `[images]`, each from 0 to 10
 */
export function cider(images: readonly CaptionedImage[]): Float64Array {
  requireReferences(images);
  const counted = images.map(({ candidate, references }) => ({
    candidate: countsOf(candidate),
    references: references.map(countsOf),
  }));
  const weight = inverseDocumentFrequency(counted.map(({ references }) => references));
  return Float64Array.from(counted, ({ candidate, references }) => {
    const own = weigh(candidate, weight);
    const similarities = references.map((reference) => similarity(own, weigh(reference, weight)));
    return (SCALE * similarities.reduce((sum, value) => sum + value, 0)) / references.length;
  });
}

/** `[4]`: the n-grams of one caption by length, with how often each occurs. */
type Counts = Map<string, number>[];

function countsOf(caption: string): Counts {
  const words = wordsOf(caption);
  return Array.from({ length: LONGEST }, (_, n) => countNgrams(words, n + 1));
}

/** log(images / images in whose references the n-gram occurs); an n-gram of no reference counts as one of a single image. */
function inverseDocumentFrequency(references: readonly Counts[][]): (ngram: string) => number {
  const imagesWith = new Map<string, number>();
  for (const ofImage of references) {
    const ngrams = new Set(ofImage.flatMap((counts) => counts.flatMap((ofLength) => [...ofLength.keys()])));
    for (const ngram of ngrams) imagesWith.set(ngram, (imagesWith.get(ngram) ?? 0) + 1);
  }
  const images = Math.log(references.length);
  return (ngram) => images - Math.log(imagesWith.get(ngram) ?? 1);
}

/** One caption as four weighted vectors. */
interface Weighted {
  /** `[4]`: n-gram to count times inverse document frequency. */
  vectors: Map<string, number>[];
  /** `[4]` */
  norms: number[];
  bigrams: number;
}

function weigh(counts: Counts, weight: (ngram: string) => number): Weighted {
  const vectors = counts.map(
    (ofLength) => new Map([...ofLength].map(([ngram, count]) => [ngram, count * weight(ngram)] as const)),
  );
  const norms = vectors.map((vector) => Math.sqrt(sum(vector.values(), (value) => value ** 2)));
  return { vectors, norms, bigrams: sum(counts[1]!.values(), (count) => count) };
}

/** Mean over n of the clipped cosine, times the penalty on the difference of lengths. */
function similarity(candidate: Weighted, reference: Weighted): number {
  const cosines = candidate.vectors.map((vector, n) => {
    const other = reference.vectors[n]!;
    const product = sum(vector, ([ngram, value]) => {
      const target = other.get(ngram) ?? 0;
      return Math.min(value, target) * target;
    });
    const norm = candidate.norms[n]! * reference.norms[n]!;
    return norm === 0 ? product : product / norm;
  });
  const penalty = Math.exp(-((candidate.bigrams - reference.bigrams) ** 2) / (2 * SIGMA ** 2));
  return (penalty * sum(cosines, (cosine) => cosine)) / LONGEST;
}

function sum<T>(items: Iterable<T>, value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}

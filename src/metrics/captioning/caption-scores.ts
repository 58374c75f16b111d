/**
 * The scores of the COCO caption evaluation that need no Java, from plain captions.
 *
 * Source: Chen et al., "Microsoft COCO Captions: Data Collection and Evaluation Server" (arXiv 1504.00325). METEOR and SPICE are in
 * `meteor.ts` and `spice.ts`.
 */
import { corpusBleu } from './bleu.js';
import { type CaptionedImage, requireReferences } from './captioned-image.js';
import { cider } from './cider.js';
import { tokenizePtb } from './ptb-tokenizer.js';
import { rougeL } from './rouge-l.js';

/** BLEU and ROUGE-L as fractions; CIDEr from 0 to 10, where papers print a hundred times these. */
export interface CaptionScores {
  bleu1: number;
  bleu2: number;
  bleu3: number;
  bleu4: number;
  rougeL: number;
  cider: number;
  /** `[images]`, for tests that pair two runs image by image. */
  ciderPerImage: Float64Array;
}

/**
 * Scores captions as a model wrote them against references as people wrote them.
 *
 * @param images plain text: capitals and punctuation are dealt with here
 */
export function captionScores(images: readonly CaptionedImage[]): CaptionScores {
  requireReferences(images);
  const tokenized = tokenizeCaptions(images);
  const [bleu1, bleu2, bleu3, bleu4] = corpusBleu(tokenized);
  const ciderPerImage = cider(tokenized);
  return {
    bleu1,
    bleu2,
    bleu3,
    bleu4,
    rougeL: mean(rougeL(tokenized)),
    cider: mean(ciderPerImage),
    ciderPerImage,
  };
}

/** The same captions as Penn Treebank tokens joined by spaces, the form that every caption metric takes. */
export function tokenizeCaptions(images: readonly CaptionedImage[]): CaptionedImage[] {
  return images.map(({ candidate, references }) => ({
    candidate: tokenizePtb(candidate),
    references: references.map(tokenizePtb),
  }));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

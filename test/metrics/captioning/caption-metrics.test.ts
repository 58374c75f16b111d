import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpusBleu, sentenceBleu } from '../../../src/metrics/captioning/bleu.js';
import { captionScores } from '../../../src/metrics/captioning/caption-scores.js';
import type { CaptionedImage } from '../../../src/metrics/captioning/captioned-image.js';
import { cider } from '../../../src/metrics/captioning/cider.js';
import { longestCommonSubsequence, rougeL } from '../../../src/metrics/captioning/rouge-l.js';
import { goldenJson } from '../../fixtures/golden-file.js';

interface Scores {
  bleu: { corpus: number[]; perSentence: number[][] };
  rougeL: { mean: number; perImage: number[] };
  cider: { mean: number; perImage: number[] };
}
interface Tokens {
  references: Record<string, string[]>;
  candidates: Record<string, string>;
  scores: Scores;
}
type Subset = Scores & { ids: string[] };

const { items } = goldenJson<{ items: CaptionedImage[] }>('metrics/captions.json');
const golden = goldenJson<{
  ids: string[];
  ptb: Tokens;
  raw: Tokens;
  subsets: Record<'one' | 'two' | 'onlyEmpty' | 'generated', Subset>;
}>('metrics/captions.expected.json');
const { one, two, onlyEmpty, generated } = golden.subsets;

const corpora = [
  { name: 'Penn Treebank tokens', ids: golden.ids, tokens: golden.ptb, scores: golden.ptb.scores },
  { name: 'words between spaces', ids: golden.ids, tokens: golden.raw, scores: golden.raw.scores },
  ...Object.entries({ one, two, onlyEmpty, generated }).map(([name, subset]) => ({
    name: `the sub-corpus ${name}`,
    ids: subset.ids,
    tokens: golden.ptb,
    scores: subset as Scores,
  })),
];

/** Equal to a relative 1e-9. */
function expectNear(actual: Iterable<number>, expected: readonly number[]): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  for (const [index, value] of values.entries()) {
    const target = expected[index]!;
    expect(Math.abs(value - target)).toBeLessThanOrEqual(1e-9 * Math.abs(target));
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(corpora)('caption metrics on $name', ({ ids, tokens, scores }) => {
  const images = ids.map((id) => ({ candidate: tokens.candidates[id]!, references: tokens.references[id]! }));

  it('agree with the reference on BLEU of the corpus', () => {
    expectNear(corpusBleu(images), scores.bleu.corpus);
  });

  it('agree with the reference on BLEU of every sentence', () => {
    for (const [image, bleu] of sentenceBleu(images).entries())
      expectNear(bleu, scores.bleu.perSentence[image]!);
  });

  it('agree with the reference on ROUGE-L of every image and its mean', () => {
    expectNear(rougeL(images), scores.rougeL.perImage);
    expectNear([mean(rougeL(images))], [scores.rougeL.mean]);
  });

  it('agree with the reference on CIDEr of every image and its mean', () => {
    expectNear(cider(images), scores.cider.perImage);
    expectNear([mean(cider(images))], [scores.cider.mean]);
  });
});

describe('the scores of plain captions', () => {
  it('agree with the reference from text to score', () => {
    const scores = captionScores(items);
    const { bleu, rougeL: rouge, cider: consensus } = golden.ptb.scores;
    expectNear([scores.bleu1, scores.bleu2, scores.bleu3, scores.bleu4], bleu.corpus);
    expectNear([scores.rougeL, scores.cider], [rouge.mean, consensus.mean]);
    expectNear(scores.ciderPerImage, consensus.perImage);
  });

  it('refuse a corpus without images', () => {
    expect(() => captionScores([])).toThrow(/no captions to score/);
  });

  it('refuse an image without references, and name it', () => {
    const images = [
      { candidate: 'a dog', references: ['a dog'] },
      { candidate: 'a cat', references: [] },
    ];
    for (const score of [captionScores, corpusBleu, sentenceBleu, rougeL, cider])
      expect(() => score(images)).toThrow(/image 1 .*a cat/);
  });
});

describe('laws of caption metrics', () => {
  const word = fc.constantFrom('a', 'the', 'dog', 'cat', 'sits', 'on', 'red', 'mat', 'with', 'two');
  const caption = fc.array(word, { minLength: 0, maxLength: 9 }).map((words) => words.join(' '));
  const image = fc.record({
    candidate: caption,
    references: fc.array(caption, { minLength: 1, maxLength: 4 }),
  });
  const corpus = fc.array(image, { minLength: 1, maxLength: 8 });

  it('do not depend on the order of the images', () => {
    fc.assert(
      fc.property(corpus, (images) => {
        const forwards = captionScores(images);
        const backwards = captionScores(images.toReversed());
        for (const name of ['bleu1', 'bleu2', 'bleu3', 'bleu4', 'rougeL', 'cider'] as const)
          expect(backwards[name]).toBeCloseTo(forwards[name], 12);
      }),
    );
  });

  it('do not depend on the order of the references', () => {
    fc.assert(
      fc.property(corpus, (images) => {
        const turned = images.map(({ candidate, references }) => ({
          candidate,
          references: references.toReversed(),
        }));
        expect(corpusBleu(turned)).toEqual(corpusBleu(images));
        expect(rougeL(turned)).toEqual(rougeL(images));
      }),
    );
  });

  it('give 1 to a caption of four words or more that equals its only reference', () => {
    const long = fc.array(word, { minLength: 4, maxLength: 12 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(long, (text) => {
        const images = [{ candidate: text, references: [text] }];
        for (const bleu of corpusBleu(images)) expect(bleu).toBeCloseTo(1, 7);
        expect(rougeL(images)[0]).toBeCloseTo(1, 12);
      }),
    );
  });

  it('stay within their bounds', () => {
    fc.assert(
      fc.property(corpus, (images) => {
        for (const bleu of corpusBleu(images)) expect(bleu).toBeLessThanOrEqual(1 + 1e-6);
        for (const score of rougeL(images)) expect(score).toBeLessThanOrEqual(1 + 1e-12);
        for (const score of cider(images)) expect(score).toBeLessThanOrEqual(10 + 1e-9);
      }),
    );
  });

  it('find a common subsequence that is as long from either side', () => {
    const words = fc.array(word, { maxLength: 9 });
    fc.assert(
      fc.property(words, words, (first, second) => {
        expect(longestCommonSubsequence(first, second)).toBe(longestCommonSubsequence(second, first));
        expect(longestCommonSubsequence(first, first)).toBe(first.length);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { imageToTextRanks, ranksOf, recallsOf, textToImageRanks } from '../../src/metrics/retrieval.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

type Recalls = Record<'recall@1' | 'recall@5' | 'recall@10', number>;
interface Case {
  name: string;
  imageToText: { ranks: number[]; lowerIndexFirst: Recalls };
  textToImage: { ranks: number[]; lowerIndexFirst: Recalls };
  meanRecall: number;
}

const { cases } = goldenJson<{ cases: Case[] }>('metrics/retrieval.json');
const tensor = goldenTensors('metrics/retrieval.safetensors');

describe.each(cases)('retrieval of $name', (golden) => {
  const similarity = tensor(`${golden.name}.similarity`);
  const imageOfCaption = tensor(`${golden.name}.imageOfCaption`);

  it('ranks the best relevant item, the lower index first among equals', () => {
    expect([...imageToTextRanks(similarity, imageOfCaption)]).toEqual(golden.imageToText.ranks);
    expect([...textToImageRanks(similarity, imageOfCaption)]).toEqual(golden.textToImage.ranks);
  });

  it('agrees with the reference on every recall', () => {
    const metrics = recallsOf(ranksOf(similarity, imageOfCaption));
    const { lowerIndexFirst: toText } = golden.imageToText;
    const { lowerIndexFirst: toImage } = golden.textToImage;
    expect(metrics.recallAt1ImageToText).toBeCloseTo(toText['recall@1'], 12);
    expect(metrics.recallAt5ImageToText).toBeCloseTo(toText['recall@5'], 12);
    expect(metrics.recallAt10ImageToText).toBeCloseTo(toText['recall@10'], 12);
    expect(metrics.recallAt1TextToImage).toBeCloseTo(toImage['recall@1'], 12);
    expect(metrics.recallAt5TextToImage).toBeCloseTo(toImage['recall@5'], 12);
    expect(metrics.recallAt10TextToImage).toBeCloseTo(toImage['recall@10'], 12);
    expect(metrics.meanRecall).toBeCloseTo(golden.meanRecall, 12);
  });
});

describe('retrieval of broken input', () => {
  it('scores no hit with similarities that are not numbers', () => {
    const metrics = recallsOf(ranksOf(new Float32Array(4).fill(Number.NaN), [0, 1]));
    expect(metrics.recallAt1ImageToText).toBe(0);
    expect(metrics.recallAt1TextToImage).toBe(0);
  });

  it('ranks an image without captions behind all', () => {
    expect([...imageToTextRanks([9, 9, 1, 2], [0, 0])]).toEqual([1, 3]);
  });

  it('refuses a similarity matrix that does not fit the captions', () => {
    expect(() => ranksOf(new Float32Array(5), [0, 1])).toThrow(/wrong length/);
  });
});

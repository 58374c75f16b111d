import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranksOf, recallsOf } from '../../src/metrics/retrieval.js';
import { isRightOrWrong, PAIRED_METRICS, valuesOf } from '../../src/metrics/sample-outcome.js';
import { rankedOutcomes } from '../../src/tasks/retrieval-outcomes.js';

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the numbers of single samples', () => {
  it('have the recalls as their means, however many captions an image has', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 14 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.integer({ min: 0, max: 30 })), (captions, numbers) => {
        const imageOfCaption = captions.flatMap((count, image) => Array<number>(count).fill(image));
        const similarity = Float32Array.from(
          { length: captions.length * imageOfCaption.length },
          () => numbers.next().value,
        );
        const ranks = ranksOf(similarity, imageOfCaption);
        const outcomes = rankedOutcomes({ ids: captions.map(String), imageOfCaption, ranks });
        const recalls = recallsOf(ranks);
        for (const metric of ['meanRecall', 'recallAt1ImageToText', 'recallAt1TextToImage'] as const)
          expect(mean(valuesOf(metric, outcomes)!)).toBeCloseTo(recalls[metric], 12);
      }),
      { numRuns: 60 },
    );
  });

  it('are right or wrong where a metric counts', () => {
    const ranked = [1, 3, 6].map((rank) => ({ sample: 'a', label: 'cat', predicted: 'dog', rank }));
    expect([...valuesOf('top1', ranked)!]).toEqual([1, 0, 0]);
    expect([...valuesOf('top5', ranked)!]).toEqual([1, 1, 0]);
    const judged = [true, false].map((predicted) => ({ sample: 'a', label: true, predicted }));
    expect([...valuesOf('nlvrAccuracy', judged)!]).toEqual([1, 0]);
    expect(PAIRED_METRICS.filter(isRightOrWrong)).toEqual(['top1', 'top5', 'nlvrAccuracy', 'zeroShotTop1']);
  });

  it('are not known where the outcomes do not have them, or where a metric is no mean', () => {
    const captioned = [{ sample: 'a', said: 'a cat', cider: 1.5 }];
    expect([...valuesOf('cider', captioned)!]).toEqual([1.5]);
    for (const metric of ['top1', 'meanRecall', 'nlvrAccuracy', 'bleu4'])
      expect(valuesOf(metric, captioned)).toBeUndefined();
    expect(valuesOf('top1', [{ sample: 'a', rank: 1, captionRanks: [1] }])).toBeUndefined();
  });
});

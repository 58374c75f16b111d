import { expect, it } from 'vitest';
import { knnVotes } from '../../src/metrics/knn.js';
import { predictions, topKAccuracy } from '../../src/metrics/top-k.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

interface Golden {
  temperature: number;
  results: { k: number; predictions: number[]; top1: number; top5: number; shares: number[][] }[];
}

const golden = goldenJson<Golden>('metrics/knn.json');
const tensor = goldenTensors('metrics/knn.safetensors');
const train = { features: tensor('train.features'), labels: tensor('train.labels') };

it.each(golden.results)('lets the $k nearest neighbours vote as DINO does', (expected) => {
  const votes = knnVotes(train, tensor('test.features'), { width: 16, classes: 5, k: expected.k });
  expect([...predictions(votes, 5)]).toEqual(expected.predictions);
  expect(topKAccuracy(votes, tensor('test.labels'), 5, 1)).toBeCloseTo(expected.top1, 12);
  expect(topKAccuracy(votes, tensor('test.labels'), 5, 5)).toBeCloseTo(expected.top5, 12);
  for (const [at, share] of expected.shares.flat().entries()) expect(votes[at]).toBeCloseTo(share, 6);
});

it('asks no more neighbours than there are', () => {
  const votes = knnVotes({ features: [1, 0, 0, 1], labels: [1, 0] }, [1, 0], { width: 2, classes: 2, k: 20 });
  expect(votes[1]).toBeGreaterThan(0.99);
  expect(votes[0]! + votes[1]!).toBeCloseTo(1, 12);
});

it('leaves the vote to the nearest neighbour as the temperature goes to 0', () => {
  const train = { features: [1, 0, 0.8, 0.6, 0, 1], labels: [2, 0, 1] };
  for (const temperature of [1e-3, 1e-5, 1e-300]) {
    const votes = knnVotes(train, [1, 0, 0, -1], { width: 2, classes: 3, k: 3, temperature });
    // The second query is nearest to the first row, at 0; the others point away from it.
    expect([...votes]).toEqual([0, 0, 1, 0, 0, 1].map((share) => expect.closeTo(share, 12)));
  }
});

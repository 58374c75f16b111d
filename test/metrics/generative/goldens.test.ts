/** Against pytorch-fid 0.3.0, torch-fidelity 0.4.0, 60-digit arithmetic and the authors' code of CMMD; see fixtures/metrics/generative.json. */
import { describe, expect, it } from 'vitest';
import { clipScore } from '../../../src/metrics/generative/clip-score.js';
import { cmmd } from '../../../src/metrics/generative/cmmd.js';
import { featureStatistics } from '../../../src/metrics/generative/feature-statistics.js';
import { frechetDistance } from '../../../src/metrics/generative/frechet-distance.js';
import { inceptionScore } from '../../../src/metrics/generative/inception-score.js';
import { kernelInceptionDistance } from '../../../src/metrics/generative/kernel-inception-distance.js';
import { precisionRecall, squaredRadii } from '../../../src/metrics/generative/precision-recall.js';
import { goldenJson, goldenTensors } from '../../fixtures/golden-file.js';

interface Goldens {
  frechet: {
    name: string;
    samples: [number, number];
    dim: number;
    exact: number;
    pytorchFid: number | null;
    trace: [number, number];
    mean?: [number[], number[]];
    covariance?: [number[][], number[][]];
  }[];
  kid: {
    name: string;
    subsetsA: number[][];
    subsetsB: number[][];
    mmd: number[];
    mean: number;
    std: number;
  }[];
  precisionRecall: {
    name: string;
    k: number;
    precision: number;
    recall: number;
    density: number;
    coverage: number;
    realRadii: number[];
    generatedRadii: number[];
  }[];
  cmmd: { name: string; value: number }[];
  inceptionScore: { name: string; splits: number; scores: number[]; mean: number; std: number }[];
}

const golden = goldenJson<Goldens>('metrics/generative.json');
const tensor = goldenTensors('metrics/generative.safetensors');

/** Relative 1e-9, the tolerance of these goldens. */
function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, absolute = 1e-15): void {
  expect(actual.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) {
    const tolerance = Math.max(absolute, 1e-9 * Math.abs(expected[at]!));
    expect(Math.abs(actual[at]! - expected[at]!)).toBeLessThanOrEqual(tolerance);
  }
}

describe('the Fréchet distance', () => {
  const statisticsOf = ({ name, dim }: Goldens['frechet'][number]) =>
    [featureStatistics(tensor(`${name}.a`), dim), featureStatistics(tensor(`${name}.b`), dim)] as const;

  it.each(golden.frechet)('is exact, and what pytorch-fid computes: $name', (one) => {
    const [a, b] = statisticsOf(one);
    const tolerance = one.name === 'identical' ? 1e-9 : Math.max(1e-6, 1e-9 * one.exact);
    for (const value of [frechetDistance(a, b), frechetDistance(b, a)]) {
      expect(Math.abs(value - one.exact)).toBeLessThanOrEqual(tolerance);
      if (one.pytorchFid !== null) expect(Math.abs(value - one.pytorchFid)).toBeLessThanOrEqual(tolerance);
    }
  });

  it.each(golden.frechet)('starts from mean and covariance as NumPy has them: $name', (one) => {
    for (const [side, { mean, covariance, samples }] of statisticsOf(one).entries()) {
      expect(samples).toBe(one.samples[side]);
      const trace = mean.reduce((sum, _, i) => sum + covariance[i * one.dim + i]!, 0);
      expectNear([trace], [one.trace[side]!]);
      if (one.mean !== undefined) expectNear(mean, one.mean[side]!);
      if (one.covariance !== undefined) expectNear(covariance, one.covariance[side]!.flat());
    }
  });
});

it.each(golden.kid)('KID is what torch-fidelity gives for the same subsets: $name', (one) => {
  const [a, b] = [tensor(`${one.name}.a`), tensor(`${one.name}.b`)];
  const width = one.name === 'kid-a' ? 16 : 32;
  const found = kernelInceptionDistance(a, b, width, { a: one.subsetsA, b: one.subsetsB });
  expectNear(found.values, one.mmd);
  expectNear([found.mean], [one.mean]);
  expectNear([found.standardDeviation], [one.std], 1e-12);
});

it.each(golden.precisionRecall)('precision, recall, density and coverage: $name', (one) => {
  const [real, generated] = [tensor(`${one.name}.real`), tensor(`${one.name}.generated`)];
  const width = { 'pr-a': 8, 'pr-b': 3, 'pr-grid': 2 }[one.name]!;
  const { precision, recall, density, coverage } = one;
  const found = precisionRecall(real, generated, { width, k: one.k });
  expectNear(
    [found.precision, found.recall, found.density, found.coverage],
    [precision, recall, density, coverage],
  );
  for (const [features, radii] of [
    [real, one.realRadii],
    [generated, one.generatedRadii],
  ] as const)
    expectNear([...squaredRadii(features, { width, k: one.k })].slice(0, radii.length).map(Math.sqrt), radii);
});

it.each(golden.cmmd)('CMMD is what the authors publish: $name', ({ name, value }) => {
  const width = { 'cmmd-a': 24, 'cmmd-b': 16, 'cmmd-raw': 6 }[name]!;
  expectNear([cmmd(tensor(`${name}.a`), tensor(`${name}.b`), width)], [value]);
});

it.each(golden.inceptionScore)('the Inception score of $splits parts: $name', (one) => {
  const classes = { 'is-a': 12, 'is-b': 20, 'is-one': 5 }[one.name]!;
  const found = inceptionScore(tensor(`${one.name}.logits`), classes, one.splits);
  expectNear(found.parts, one.scores);
  expectNear([found.mean, found.standardDeviation], [one.mean, one.std]);
});

describe('the CLIP score', () => {
  const embeddings = goldenTensors('metrics/clip-score.safetensors');
  const { clipScore: expected } = goldenJson<{
    clipScore: {
      cosine: number[];
      perPair: number[];
      mean: number;
      torchmetricsStyle: number;
      clipScoreS25: number;
    };
  }>('metrics/similarity.json');

  it('follows both conventions', () => {
    const score = clipScore(embeddings('image'), embeddings('text'), 20);
    expectNear(score.pairs, expected.perPair);
    expectNear(
      [score.mean, score.cutOffAfterMean, 0.025 * score.mean],
      [expected.mean, expected.torchmetricsStyle, expected.clipScoreS25],
    );
  });

  it('does not care how long an embedding is', () => {
    const image = embeddings('image').map((value) => 3 * value);
    expectNear(clipScore(image, embeddings('text'), 20).pairs, expected.perPair, 1e-5);
  });

  it('needs a text for every picture', () => {
    expect(() => clipScore([1, 0, 0, 1], [1, 0], 2)).toThrow(/text embeddings of the wrong length/);
  });
});

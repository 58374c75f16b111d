/** What must hold of the metrics of generation whatever the features are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmmd } from '../../../src/metrics/generative/cmmd.js';
import {
  type FeatureStatistics,
  featureStatistics,
  RunningStatistics,
} from '../../../src/metrics/generative/feature-statistics.js';
import { frechetDistance } from '../../../src/metrics/generative/frechet-distance.js';
import { inceptionScore } from '../../../src/metrics/generative/inception-score.js';
import {
  drawSubsets,
  kernelInceptionDistance,
} from '../../../src/metrics/generative/kernel-inception-distance.js';
import { pivotedCholesky } from '../../../src/metrics/generative/pivoted-cholesky.js';
import { precisionRecall } from '../../../src/metrics/generative/precision-recall.js';
import { symmetricEigenvalues } from '../../../src/metrics/generative/symmetric-eigenvalues.js';
import { seededRandom } from '../../../src/random/seeded.js';

function normals(count: number, width: number, ...keys: (string | number)[]): Float32Array {
  const { normal } = seededRandom('features', ...keys);
  return Float32Array.from({ length: count * width }, normal);
}

const diagonal = (variances: readonly number[]): FeatureStatistics => ({
  mean: new Float64Array(variances.length),
  covariance: Float64Array.from({ length: variances.length ** 2 }, (_, at) =>
    at % (variances.length + 1) === 0 ? variances[at / (variances.length + 1)]! : 0,
  ),
  samples: null,
});

describe('statistics of features', () => {
  it('do not depend on how the samples were batched, to the last bit', () => {
    const features = normals(200, 7, 'batches');
    const whole = featureStatistics(features, 7);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const running = new RunningStatistics(7);
        let start = 0;
        for (const size of [...sizes, 200]) {
          const end = Math.min(start + size, 200);
          if (end > start) running.add(features.subarray(7 * start, 7 * end));
          start = end;
        }
        expect(running.statistics()).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('lose no digits to a mean far from zero', () => {
    const near = normals(500, 3, 'far').map((value) => Math.round(value * 64) / 64);
    const far = Float64Array.from(near, (value) => value + 2 ** 30);
    const [a, b] = [featureStatistics(near, 3), featureStatistics(far, 3)];
    for (const [at, value] of a.covariance.entries()) expect(b.covariance[at]).toBeCloseTo(value, 6);
  });

  it('go on after they were asked for', () => {
    const features = normals(30, 2, 'on');
    const running = new RunningStatistics(2);
    running.add(features.subarray(0, 20));
    running.statistics();
    running.add(features.subarray(20));
    const whole = featureStatistics(features, 2);
    for (const [at, value] of running.statistics().covariance.entries())
      expect(value).toBeCloseTo(whole.covariance[at]!, 12);
  });

  it('need two samples, and whole ones', () => {
    expect(() => featureStatistics([1, 2, 3], 3)).toThrow(/needs more samples.*value: +1/s);
    expect(() => featureStatistics([1, 2, 3, 4], 3)).toThrow(/wrong length/);
  });
});

describe('the Fréchet distance', () => {
  const variances = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 5, maxLength: 5 });

  it('of independent features is the sum over the features', () => {
    fc.assert(
      fc.property(variances, variances, (a, b) => {
        const expected = a.reduce((sum, value, i) => sum + (Math.sqrt(value) - Math.sqrt(b[i]!)) ** 2, 0);
        expect(Math.abs(frechetDistance(diagonal(a), diagonal(b)) - expected)).toBeLessThan(1e-5);
      }),
    );
  });

  it('is the same both ways, and grows by the square of a shift', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 30 }), (m, n) => {
        const a = featureStatistics(normals(m, 6, 'a', m), 6);
        const b = featureStatistics(normals(n, 6, 'b', n), 6);
        const distance = frechetDistance(a, b);
        expect(Math.abs(frechetDistance(b, a) - distance)).toBeLessThan(1e-6);
        const shifted = { ...a, mean: b.mean.map((value) => value + 2) };
        const centred = { ...a, mean: b.mean };
        expect(frechetDistance(shifted, b) - frechetDistance(centred, b)).toBeCloseTo(24, 8);
      }),
      { numRuns: 30 },
    );
  });

  it('bears covariances that were rounded to float32', () => {
    const [a, b] = [featureStatistics(normals(20, 40, 'x'), 40), featureStatistics(normals(15, 40, 'y'), 40)];
    const round = (one: FeatureStatistics) => ({ ...one, covariance: one.covariance.map(Math.fround) });
    const exact = frechetDistance(a, b);
    for (const value of [frechetDistance(round(a), round(b)), frechetDistance(round(a), b)])
      expect(Math.abs(value - exact)).toBeLessThan(1e-4 * exact);
  });

  it('refuses features of different width', () => {
    expect(() => frechetDistance(diagonal([1]), diagonal([1, 2]))).toThrow(/different width.*\[1,2\]/s);
  });
});

describe('the linear algebra behind it', () => {
  it('finds as many rows as a covariance has rank, and they make it up again', () => {
    const { covariance } = featureStatistics(normals(6, 12, 'rank'), 12);
    const factor = pivotedCholesky(covariance, 12);
    expect(factor.length / 12).toBe(5);
    for (const [at, value] of covariance.entries()) {
      const [i, j] = [Math.floor(at / 12), at % 12];
      let sum = 0;
      for (let row = 0; row < 5; row++) sum += factor[row * 12 + i]! * factor[row * 12 + j]!;
      expect(sum).toBeCloseTo(value, 12);
    }
    expect(pivotedCholesky(new Float64Array(9), 3)).toHaveLength(0);
  });

  it('knows the eigenvalues of the second difference', () => {
    const size = 60;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] = 2;
      if (i > 0) matrix[i * size + i - 1] = -1;
    }
    const found = symmetricEigenvalues(matrix, size);
    for (let k = 1; k <= size; k++)
      expect(found[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (size + 1)), 12);
  });

  it('keeps trace and sum of squares, and is not disturbed by zeros and equals', () => {
    const entries = fc.constantFrom(0, 0, 1, 1, -2, 3, 1e-9, 1e6);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(entries, { minLength: 81, maxLength: 81 }),
        (size, values) => {
          const matrix = new Float64Array(size * size);
          for (let i = 0; i < size; i++)
            for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = values[i * 9 + j]!;
          const found = symmetricEigenvalues(matrix, size);
          const trace = found.reduce((sum, value) => sum + value, 0);
          const squares = found.reduce((sum, value) => sum + value ** 2, 0);
          const scale = Math.max(...matrix.map(Math.abs), 1);
          const expectedTrace = Array.from({ length: size }, (_, i) => matrix[i * (size + 1)]!).reduce(
            (a, b) => a + b,
          );
          expect(Math.abs(trace - expectedTrace)).toBeLessThan(1e-12 * size * scale);
          const expectedSquares = matrix.reduce((sum, value) => sum + value ** 2, 0);
          expect(Math.abs(squares - expectedSquares)).toBeLessThan(1e-12 * size * scale ** 2);
        },
      ),
    );
  });
});

describe('KID', () => {
  it('draws subsets without replacement, the same for the same seed', () => {
    const drawn = drawSubsets(50, seededRandom(3, 'kid'), { count: 40, size: 20 });
    expect(drawn).toEqual(drawSubsets(50, seededRandom(3, 'kid'), { count: 40, size: 20 }));
    for (const subset of drawn) expect(new Set(subset).size).toBe(20);
    expect(new Set(drawn.flat()).size).toBe(50);
  });

  it('refuses subsets that are larger than the set, or of several sizes', () => {
    expect(() => drawSubsets(999, seededRandom(1))).toThrow(/fewer samples.*at least 1000/s);
    const features = normals(4, 2, 'sizes');
    const subsets = { a: [[0, 1]], b: [[0, 1, 2]] };
    expect(() => kernelInceptionDistance(features, features, 2, subsets)).toThrow(/one size/);
  });

  it('tells sets apart that differ, and not those that do not', () => {
    const width = 8;
    const [a, b] = [normals(300, width, 'same a'), normals(300, width, 'same b')];
    const other = b.map((value) => value + 1);
    const draw = (side: string) => drawSubsets(300, seededRandom(side), { count: 40, size: 60 });
    const subsets = { a: draw('a'), b: draw('b') };
    const [same, apart] = [b, other].map((one) => kernelInceptionDistance(a, one, width, subsets));
    expect(Math.abs(same!.mean)).toBeLessThan(same!.standardDeviation);
    expect(apart!.mean).toBeGreaterThan(5 * apart!.standardDeviation);
  });
});

it('CMMD of a set with itself is 0, and is the same both ways', () => {
  const [a, b] = [normals(20, 5, 'cmmd a'), normals(30, 5, 'cmmd b')];
  expect(Math.abs(cmmd(a, a.slice(), 5))).toBeLessThan(1e-10);
  expect(cmmd(a, b, 5)).toBeCloseTo(cmmd(b, a, 5), 10);
});

describe('precision and recall', () => {
  it('are 1 for a set with itself and 0 for one far away', () => {
    const features = normals(40, 4, 'pr');
    const itself = precisionRecall(features, features, { width: 4 });
    expect(itself).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    const away = features.map((value) => value + 100);
    expect(precisionRecall(features, away, { width: 4 })).toEqual({
      precision: 0,
      recall: 0,
      density: 0,
      coverage: 0,
    });
  });

  it('need more samples than neighbours', () => {
    expect(() => precisionRecall([1, 2, 3], [1, 2, 3, 4], { width: 1 })).toThrow(/at least 4 samples/);
  });
});

describe('the Inception score', () => {
  it('is 1 where all pictures look alike and the number of classes where they are sure and spread', () => {
    expect(inceptionScore(new Float32Array(40).fill(0.3), 4, 1).mean).toBeCloseTo(1, 12);
    const sure = Float32Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 1000 : 0));
    expect(inceptionScore(sure, 4, 1).mean).toBeCloseTo(4, 12);
  });

  it('needs a picture for every part', () => {
    expect(() => inceptionScore([1, 2, 3, 4], 2)).toThrow(/at least 10 samples/);
  });
});

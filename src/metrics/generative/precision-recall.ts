/**
 * Precision and recall of a generator, density and coverage: whether its pictures lie among the real ones, and whether the real ones lie among its own.
 *
 * Sources: Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models" (NeurIPS 2019), k = 3;
 * Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models" (ICML 2020). Around every sample lies a ball that reaches to
 * its k-th nearest neighbour of the same side; a sample on its surface lies inside.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { requireShape } from '../shape.js';

export interface PrecisionRecall {
  /** Share of generated samples inside the ball of a real one. */
  readonly precision: number;
  /** Share of real samples inside the ball of a generated one. */
  readonly recall: number;
  /** Real balls that a generated sample lies in, on average, divided by k; may exceed 1. */
  readonly density: number;
  /** Share of real balls with a generated sample inside. */
  readonly coverage: number;
}

export interface NeighbourOptions {
  readonly width: number;
  /** Default 3. */
  readonly k?: number;
}

/** @param real `[n, width]` @param generated `[m, width]`; throws where a side has k samples or fewer */
export function precisionRecall(
  real: ArrayLike<number>,
  generated: ArrayLike<number>,
  options: NeighbourOptions,
): PrecisionRecall {
  const { width, k = 3 } = options;
  const realRadii = squaredRadii(real, options);
  const generatedRadii = squaredRadii(generated, options);
  const [n, m] = [realRadii.length, generatedRadii.length];
  const ballsAround = new Uint32Array(m);
  const isRecalled = new Uint8Array(n);
  const isCovered = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const distance = squaredDistance(real, i, generated, j, width);
      if (distance <= generatedRadii[j]!) isRecalled[i] = 1;
      if (distance > realRadii[i]!) continue;
      ballsAround[j]!++;
      isCovered[i] = 1;
    }
  }
  const share = (flags: ArrayLike<number>) =>
    Array.from(flags).filter((flag) => flag > 0).length / flags.length;
  return {
    precision: share(ballsAround),
    recall: share(isRecalled),
    density: ballsAround.reduce((sum, count) => sum + count, 0) / (k * m),
    coverage: share(isCovered),
  };
}

/** Squared distance of every sample to its k-th nearest neighbour, itself not counted. @returns `[count]` */
export function squaredRadii(features: ArrayLike<number>, { width, k = 3 }: NeighbourOptions): Float64Array {
  const count = Math.floor(features.length / width);
  requireShape('features', features.length, [count, width]);
  if (count <= k)
    throw new TurboError('There are too few samples for that many neighbours', {
      value: { samples: count, k },
      allowed: `at least ${k + 1} samples`,
    });
  return Float64Array.from({ length: count }, (_, i) => {
    const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      if (j !== i) insert(nearest, squaredDistance(features, i, features, j, width));
    }
    return nearest[k - 1]!;
  });
}

/** Keeps the smallest values, ascending. */
function insert(smallest: Float64Array, value: number): void {
  let place = smallest.length;
  while (place > 0 && value < smallest[place - 1]!) {
    if (place < smallest.length) smallest[place] = smallest[place - 1]!;
    place--;
  }
  if (place < smallest.length) smallest[place] = value;
}

/** From the differences, not from products: equal distances must come out equal. */
function squaredDistance(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  width: number,
): number {
  let sum = 0;
  for (let at = 0; at < width; at++) sum += (a[i * width + at]! - b[j * width + at]!) ** 2;
  return sum;
}

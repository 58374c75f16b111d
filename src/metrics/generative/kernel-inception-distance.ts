/**
 * KID: squared maximum mean discrepancy between features under a cubic kernel, mean and spread over random subsets. Unlike the
 * Fréchet distance it is unbiased: its expectation does not depend on the number of samples.
 *
 * Source: Bińkowski et al., "Demystifying MMD GANs" (ICLR 2018), section 4; k(x, y) = (x·y / width + 1)³. torch-fidelity 0.4 gives
 * the same for the same subsets.
 */
import { TurboError } from '../../errors/turbo-error.js';
import type { SeededRandom } from '../../random/seeded.js';
import { requireShape } from '../shape.js';
import { rowProduct } from '../unit-rows.js';

export interface KernelInceptionDistance {
  readonly mean: number;
  /** Population standard deviation of the subsets' values. */
  readonly standardDeviation: number;
  /** One value for each subset. */
  readonly values: Float64Array;
}

/** Positions of the samples that each subset takes from one side. */
export type Subsets = readonly (readonly number[])[];

/** What torch-fidelity takes by default. */
export const KID_SUBSETS = { count: 100, size: 1000 } as const;

/**
 * Subsets drawn by lot, each without replacement.
 *
 * @param samples how many there are to draw from; throws where they are fewer than `size`
 */
export function drawSubsets(
  samples: number,
  random: SeededRandom,
  { count, size }: { readonly count: number; readonly size: number } = KID_SUBSETS,
): Subsets {
  if (size > samples)
    throw new TurboError('There are fewer samples than a subset of KID takes', {
      value: samples,
      allowed: `at least ${size} samples, or smaller subsets`,
      next: 'generate more pictures, or take smaller subsets and say so beside the value',
    });
  const order = Array.from({ length: samples }, (_, index) => index);
  return Array.from({ length: count }, () => {
    for (let at = 0; at < size; at++) {
      const other = at + random.integer(samples - at);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    return order.slice(0, size);
  });
}

/**
 * @param a `[m, width]` @param b `[n, width]`
 * @param subsets as many of `a` as of `b`, all of one size, at least two samples in each
 */
export function kernelInceptionDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  width: number,
  subsets: { readonly a: Subsets; readonly b: Subsets },
): KernelInceptionDistance {
  const size = sizeOfSubsets(subsets);
  const first = sideOf(a, width, subsets.a);
  const second = sideOf(b, width, subsets.b);
  const withinFirst = kernelSums(first, first);
  const withinSecond = kernelSums(second, second);
  const values = kernelSums(first, second).map(
    (between, subset) =>
      (withinFirst[subset]! + withinSecond[subset]!) / (size * (size - 1)) - (2 * between) / size ** 2,
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / values.length), values };
}

function sizeOfSubsets({ a, b }: { readonly a: Subsets; readonly b: Subsets }): number {
  const sizes = new Set([...a, ...b].map((subset) => subset.length));
  const [size = 0] = sizes;
  if (a.length === b.length && sizes.size === 1 && size >= 2) return size;
  throw new TurboError('KID needs subsets of one size', {
    value: { subsets: [a.length, b.length], sizes: [...sizes] },
    allowed: 'as many subsets of one side as of the other, all of the same size, at least 2',
  });
}

/** The features of one side, and which subsets each sample is in. */
interface Side {
  /** `[samples, width]` */
  readonly rows: Float64Array;
  readonly width: number;
  /** `[samples, words]`: bit s of a sample's words is set where subset s has it. */
  readonly bits: Int32Array;
  readonly words: number;
  readonly subsetCount: number;
}

function sideOf(features: ArrayLike<number>, width: number, subsets: Subsets): Side {
  const samples = Math.floor(features.length / width);
  requireShape('features', features.length, [samples, width]);
  const words = Math.ceil(subsets.length / 32);
  const bits = new Int32Array(samples * words);
  for (const [index, subset] of subsets.entries()) {
    for (const sample of subset) bits[sample * words + (index >> 5)]! |= 1 << (index & 31);
  }
  return { rows: Float64Array.from(features), width, bits, words, subsetCount: subsets.length };
}

/**
 * Σ k(x, y) over the pairs of each subset; within one side, over ordered pairs of different samples. The kernel of a pair is
 * computed once, whatever the number of subsets that have both, and not at all where none has.
 */
function kernelSums(x: Side, y: Side): Float64Array {
  const { width, words } = x;
  const sums = new Float64Array(x.subsetCount);
  const within = x === y;
  const common = new Int32Array(words);
  for (let i = 0; i < x.rows.length / width; i++) {
    const end = within ? i : y.rows.length / width;
    for (let j = 0; j < end; j++) {
      let any = 0;
      for (let word = 0; word < words; word++)
        any |= common[word] = x.bits[i * words + word]! & y.bits[j * words + word]!;
      if (any === 0) continue;
      const kernel = (rowProduct(x.rows, i, y.rows, j, width) / width + 1) ** 3;
      addToSubsets(sums, common, within ? 2 * kernel : kernel);
    }
  }
  return sums;
}

/** Adds `value` to every subset whose bit is set. */
function addToSubsets(sums: Float64Array, bits: Int32Array, value: number): void {
  for (let word = 0; word < bits.length; word++) {
    for (let left = bits[word]!; left !== 0; left &= left - 1)
      sums[32 * word + 31 - Math.clz32(left & -left)]! += value;
  }
}

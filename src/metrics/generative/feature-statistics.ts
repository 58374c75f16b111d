/**
 * Mean and covariance of features that come batch by batch, without keeping them.
 *
 * Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979), here for blocks
 * of 64 samples: each block is centred on its own mean, so that features far from zero lose no digits. The blocks do not depend on how
 * the samples were batched, so neither does the result.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { requireShape } from '../shape.js';

/** What a Gaussian needs to know of features: what the Fréchet distance compares and a statistics file holds. */
export interface FeatureStatistics {
  /** `[width]` */
  readonly mean: Float64Array;
  /** `[width, width]`, symmetric, divided by samples − 1 as `numpy.cov` does. */
  readonly covariance: Float64Array;
  /** How many samples they are of; null where a file does not tell. */
  readonly samples: number | null;
}

const BLOCK = 64;

/** Gathers samples until their statistics are asked for; more may be added afterwards. */
export class RunningStatistics {
  /** Samples of the block that is being filled, `[width, BLOCK]`. */
  readonly #block: Float64Array;
  #filled = 0;
  #samples = 0;
  readonly #mean: Float64Array;
  /** Sums of products of deviations, `[width, width]`; the part above the diagonal is not kept. */
  readonly #products: Float64Array;

  /** @param width numbers per sample */
  constructor(readonly width: number) {
    this.#block = new Float64Array(width * BLOCK);
    this.#mean = new Float64Array(width);
    this.#products = new Float64Array(width * width);
  }

  /** @param features `[count, width]` */
  add(features: ArrayLike<number>): void {
    const { width } = this;
    requireShape('features', features.length, [Math.floor(features.length / width), width]);
    for (let start = 0; start < features.length; start += width) {
      for (let i = 0; i < width; i++) this.#block[i * BLOCK + this.#filled] = features[start + i]!;
      if (++this.#filled === BLOCK) this.#foldBlock();
    }
  }

  /** Throws below two samples, which have no covariance. */
  statistics(): FeatureStatistics {
    this.#foldBlock();
    const { width } = this;
    const samples = this.#samples;
    if (samples < 2)
      throw new TurboError('A covariance needs more samples', {
        value: samples,
        allowed: 'at least 2 samples',
      });
    const covariance = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        const value = this.#products[i * width + j]! / (samples - 1);
        covariance[i * width + j] = value;
        covariance[j * width + i] = value;
      }
    }
    return { mean: this.#mean.slice(), covariance, samples };
  }

  /** Joins the block to what was gathered before: products add up, and so does what the two means lie apart. */
  #foldBlock(): void {
    const count = this.#filled;
    if (count === 0) return;
    const { width } = this;
    const total = this.#samples + count;
    const apart = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      const row = this.#block.subarray(i * BLOCK, (i + 1) * BLOCK);
      const mean = row.subarray(0, count).reduce((sum, value) => sum + value, 0) / count;
      for (let at = 0; at < BLOCK; at++) row[at] = at < count ? row[at]! - mean : 0;
      apart[i] = mean - this.#mean[i]!;
      this.#mean[i]! += (apart[i]! * count) / total;
    }
    const weight = (this.#samples * count) / total;
    for (let i = 0; i < width; i++) {
      const scaled = apart[i]! * weight;
      for (let j = 0; j <= i; j++)
        this.#products[i * width + j]! += blockProduct(this.#block, i, j) + scaled * apart[j]!;
    }
    this.#samples = total;
    this.#filled = 0;
  }
}

/** Statistics of features that are all there. @param features `[count, width]` */
export function featureStatistics(features: ArrayLike<number>, width: number): FeatureStatistics {
  const running = new RunningStatistics(width);
  running.add(features);
  return running.statistics();
}

/** Scalar product of two rows of a block. Four sums let the processor overlap the additions. */
function blockProduct(block: Float64Array, i: number, j: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let a = i * BLOCK, b = j * BLOCK; a < (i + 1) * BLOCK; a += 4, b += 4) {
    first += block[a]! * block[b]!;
    second += block[a + 1]! * block[b + 1]!;
    third += block[a + 2]! * block[b + 2]!;
    fourth += block[a + 3]! * block[b + 3]!;
  }
  return first + second + (third + fourth);
}

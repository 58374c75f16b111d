/**
 * CLIP score: how well pictures fit the prompts that they were generated from, as the cosine of their CLIP embeddings.
 *
 * Two conventions are in use. Hessel et al., "CLIPScore: A Reference-free Evaluation Metric for Image Captioning" (EMNLP 2021), cut every pair
 * off at 0 and take the mean, with a factor of 2.5; torchmetrics takes the mean first and cuts it off, with a factor of 100.
 */

import { requireShape } from '../shape.js';
import { rowProduct, unitRows } from '../unit-rows.js';

export interface ClipScore {
  /** 100 · max(cos, 0) of every pair, `[pairs]`. */
  readonly pairs: Float64Array;
  /** Their mean: the convention of Hessel et al. in per cent; times 0.025 it is their CLIP-S. */
  readonly mean: number;
  /** 100 · max(mean cos, 0): the convention of torchmetrics. */
  readonly cutOffAfterMean: number;
}

/**
 * @param images `[pairs, width]`, of any length @param texts `[pairs, width]`; throws where the counts differ
 */
export function clipScore(images: ArrayLike<number>, texts: ArrayLike<number>, width: number): ClipScore {
  const pictures = unitRows(images, width);
  const count = pictures.length / width;
  requireShape('text embeddings', texts.length, [count, width]);
  const prompts = unitRows(texts, width);
  const cosines = Float64Array.from({ length: count }, (_, pair) =>
    rowProduct(pictures, pair, prompts, pair, width),
  );
  const pairs = cosines.map((cosine) => 100 * Math.max(cosine, 0));
  return { pairs, mean: meanOf(pairs), cutOffAfterMean: 100 * Math.max(meanOf(cosines), 0) };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

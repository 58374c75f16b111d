/**
 * Weighted k-nearest-neighbour classification on frozen features, the protocol of DINO.
 *
 * Source: Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination" (CVPR 2018), section 3.4;
 * `eval_knn.py` of DINO (Caron et al., ICCV 2021). Cosine similarity; a neighbour votes with exp(similarity / temperature).
 */
import { requireShape } from './shape.js';
import { rowProduct, unitRows } from './unit-rows.js';

/** The labelled features that vote. */
export interface LabelledFeatures {
  /** `[count, width]` */
  features: ArrayLike<number>;
  /** `[count]` */
  labels: ArrayLike<number>;
}

export interface KnnOptions {
  width: number;
  classes: number;
  /** Neighbours that vote; DINO reports 10 and 20. */
  k: number;
  /** DINO's 0.07 by default. */
  temperature?: number;
}

/**
 * Share of the vote that each class gets. Equally near neighbours: the lower training index.
 *
 * @param queries `[samples, width]`
 * @returns `[samples, classes]`, each row summing to 1; rank it with `topKAccuracy`
 */
export function knnVotes(
  train: LabelledFeatures,
  queries: ArrayLike<number>,
  options: KnnOptions,
): Float64Array {
  const { width, classes, k, temperature = 0.07 } = options;
  requireShape('training features', train.features.length, [train.labels.length, width]);
  const known = unitRows(train.features, width);
  const asked = unitRows(queries, width);
  const samples = asked.length / width;
  const votes = new Float64Array(samples * classes);
  for (let sample = 0; sample < samples; sample++) {
    const neighbours = nearest(known, asked, sample, width, Math.min(k, train.labels.length));
    let total = 0;
    const nearestOne = neighbours[0]?.similarity ?? 0;
    for (const { index, similarity } of neighbours) {
      // Beside the nearest one, whose vote is 1: the same shares, and no overflow at a low temperature.
      const weight = Math.exp((similarity - nearestOne) / temperature);
      votes[sample * classes + train.labels[index]!]! += weight;
      total += weight;
    }
    for (let label = 0; label < classes; label++) votes[sample * classes + label]! /= total;
  }
  return votes;
}

interface Neighbour {
  index: number;
  similarity: number;
}

/** The k most similar rows of `known`, best first, by insertion into a short sorted list. */
function nearest(known: Float64Array, asked: Float64Array, sample: number, width: number, k: number) {
  const best: Neighbour[] = [];
  for (let index = 0; index < known.length / width; index++) {
    const similarity = rowProduct(asked, sample, known, index, width);
    if (best.length === k && !(similarity > best[k - 1]!.similarity)) continue;
    let place = best.length;
    while (place > 0 && similarity > best[place - 1]!.similarity) place--;
    best.splice(place, 0, { index, similarity });
    if (best.length > k) best.pop();
  }
  return best;
}

/**
 * Top-k accuracy: how often the right class is among the k best scores.
 *
 * Source: the ILSVRC evaluation (Russakovsky et al., IJCV 2015). Equal scores are ordered by the lower class index,
 * as torch.topk on a stable sort and scikit-learn's `top_k_accuracy_score` leave it open and a table must not.
 */
import { requireShape } from './shape.js';

/**
 * Position of class `label` among the scores of one sample: 0 is the best. A score that is not a number beats nothing.
 *
 * @param scores `[samples, classes]`, row-major
 */
export function rankOfLabel(
  scores: ArrayLike<number>,
  sample: number,
  classes: number,
  label: number,
): number {
  const row = sample * classes;
  const target = scores[row + label]!;
  let rank = 0;
  for (let other = 0; other < classes; other++) {
    if (other === label) continue;
    const score = scores[row + other]!;
    const below = score < target || (score === target && other > label);
    if (!below) rank++;
  }
  return rank;
}

/** Stands for the best class of a sample of which a score is not a number: no label, so wrong whatever is right, as for top-k. */
export const NO_CLASS = -1;

/**
 * The best class of every sample.
 *
 * @param scores `[samples, classes]`
 * @returns `[samples]`, `NO_CLASS` where a score is not a number
 */
export function predictions(scores: ArrayLike<number>, classes: number): Int32Array {
  const samples = Math.floor(scores.length / classes);
  requireShape('scores', scores.length, [samples, classes]);
  const best = new Int32Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const row = sample * classes;
    let winner = 0;
    let isKnown = true;
    for (let other = 0; other < classes; other++) {
      if (scores[row + other]! > scores[row + winner]!) winner = other;
      if (Number.isNaN(scores[row + other]!)) isKnown = false;
    }
    best[sample] = isKnown ? winner : NO_CLASS;
  }
  return best;
}

/**
 * Share of samples whose label is among the `k` best scores.
 *
 * @param scores `[samples, classes]`
 * @param labels `[samples]`
 */
export function topKAccuracy(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  k: number,
): number {
  requireShape('scores', scores.length, [labels.length, classes]);
  let hits = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    if (rankOfLabel(scores, sample, classes, labels[sample]!) < k) hits++;
  }
  return hits / labels.length;
}

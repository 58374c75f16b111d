/**
 * Inception score: how sure the classifier is of each picture, and how many classes the pictures spread over.
 *
 * Source: Salimans et al., "Improved Techniques for Training GANs" (NeurIPS 2016): exp of the mean KL divergence of p(class | picture)
 * from p(class), for each of ten parts of the pictures in their order. torch-fidelity 0.4 takes the logits without the bias of the last layer.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { requireShape } from '../shape.js';

export interface InceptionScore {
  readonly mean: number;
  /** Population standard deviation over the parts. */
  readonly standardDeviation: number;
  /** One score for each part, from 1 to the number of classes. */
  readonly parts: Float64Array;
}

/** @param logits `[samples, classes]`, at least one sample for each part */
export function inceptionScore(logits: ArrayLike<number>, classes: number, partCount = 10): InceptionScore {
  const samples = Math.floor(logits.length / classes);
  requireShape('logits', logits.length, [samples, classes]);
  if (samples < partCount)
    throw new TurboError('There are fewer samples than parts of the Inception score', {
      value: samples,
      allowed: `at least ${partCount} samples`,
      next: 'generate more pictures, or take fewer parts and say so beside the value',
    });
  const parts = Float64Array.from({ length: partCount }, (_, part) => {
    const start = Math.floor((part * samples) / partCount);
    const end = Math.floor(((part + 1) * samples) / partCount);
    return scoreOf(
      Array.from({ length: end - start }, (_, at) => logProbabilities(logits, start + at, classes)),
    );
  });
  const mean = parts.reduce((sum, score) => sum + score, 0) / partCount;
  const squares = parts.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / partCount), parts };
}

/** @param rows log p(class | picture) of each picture */
function scoreOf(rows: readonly Float64Array[]): number {
  const marginal = new Float64Array(rows[0]!.length);
  for (const row of rows)
    for (let at = 0; at < row.length; at++) marginal[at]! += Math.exp(row[at]!) / rows.length;
  let divergence = 0;
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const probability = Math.exp(row[at]!);
      if (probability > 0) divergence += probability * (row[at]! - Math.log(marginal[at]!));
    }
  }
  return Math.exp(divergence / rows.length);
}

function logProbabilities(logits: ArrayLike<number>, sample: number, classes: number): Float64Array {
  const row = Float64Array.from({ length: classes }, (_, at) => logits[sample * classes + at]!);
  const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
  return row.map((value) => value - largest - Math.log(sum));
}

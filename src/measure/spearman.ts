/**
 * Spearman's rank correlation: Pearson's correlation of mid-ranks.
 *
 * Source: Spearman, "The Proof and Measurement of Association between Two Things" (1904); ties get the mean of their ranks.
 */
import { TurboError } from '../errors/turbo-error.js';

/** ρ of two equally long samples; NaN where one of them is constant or has fewer than two values. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new TurboError('A rank correlation needs two samples of the same length', {
      value: [x.length, y.length],
    });
  }
  return pearson(midRanks(x), midRanks(y));
}

/** Ranks from 1 in ascending order; equal values share the mean of their ranks. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) ranks[order[at]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function pearson(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    const dx = x[at]! - meanX;
    const dy = y[at]! - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

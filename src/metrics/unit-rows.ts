/** Rows scaled to unit length, the first step of every cosine. */
import { requireShape } from './shape.js';

/**
 * @param rows `[count, width]`
 * @returns `[count, width]` in float64; a row of zeros stays zero
 */
export function unitRows(rows: ArrayLike<number>, width: number): Float64Array {
  const count = Math.floor(rows.length / width);
  requireShape('rows', rows.length, [count, width]);
  const unit = new Float64Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    let squares = 0;
    for (let at = start; at < start + width; at++) squares += rows[at]! * rows[at]!;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = start; at < start + width; at++) unit[at] = rows[at]! * scale;
  }
  return unit;
}

/**
 * Scalar products of every row of `a` with every row of `b`. Of unit rows these are cosines.
 *
 * @param a `[n, width]` @param b `[m, width]` @returns `[n, m]` float32
 */
export function rowProducts(a: Float64Array, b: Float64Array, width: number): Float32Array {
  const n = a.length / width;
  const m = b.length / width;
  const products = new Float32Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) products[i * m + j] = rowProduct(a, i, b, j, width);
  }
  return products;
}

/** Scalar product of row `i` of `a` with row `j` of `b`. Four sums let the processor overlap the additions. */
export function rowProduct(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  const [startA, startB] = [i * width, j * width];
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < width; at += 4) {
    first += a[startA + at]! * b[startB + at]!;
    second += a[startA + at + 1]! * b[startB + at + 1]!;
    third += a[startA + at + 2]! * b[startB + at + 2]!;
    fourth += a[startA + at + 3]! * b[startB + at + 3]!;
  }
  for (; at < width; at++) first += a[startA + at]! * b[startB + at]!;
  return first + second + (third + fourth);
}

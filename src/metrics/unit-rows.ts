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

/** Rows of `a` that are multiplied with rows of `b` while these are in the processor's cache. */
const ROWS_PER_PASS = 32;

/**
 * Scalar products of every row of `a` with every row of `b`. Of unit rows these are cosines.
 *
 * Four rows of `b` at a time share the reading of one row of `a`.
 *
 * @param a `[n, width]` @param b `[m, width]` @returns `[n, m]` float32
 */
export function rowProducts(a: Float64Array, b: Float64Array, width: number): Float32Array {
  const n = a.length / width;
  const m = b.length / width;
  const products = new Float32Array(n * m);
  for (let pass = 0; pass < n; pass += ROWS_PER_PASS) {
    const end = Math.min(pass + ROWS_PER_PASS, n);
    let j = 0;
    for (; j + 3 < m; j += 4) {
      for (let i = pass; i < end; i++) fourProducts(a, i, b, j, width, products, i * m + j);
    }
    for (; j < m; j++) {
      for (let i = pass; i < end; i++) products[i * m + j] = rowProduct(a, i, b, j, width);
    }
  }
  return products;
}

/** Products of row `i` of `a` with rows `j` to `j + 3` of `b`, written at `target`. */
function fourProducts(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  width: number,
  products: Float32Array,
  target: number,
): void {
  const end = (i + 1) * width;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = j * width;
  for (let own = i * width; own < end; own++, at++) {
    const value = a[own]!;
    first += value * b[at]!;
    second += value * b[at + width]!;
    third += value * b[at + 2 * width]!;
    fourth += value * b[at + 3 * width]!;
  }
  products[target] = first;
  products[target + 1] = second;
  products[target + 2] = third;
  products[target + 3] = fourth;
}

/** Scalar product of row `i` of `a` with row `j` of `b`. Four sums let the processor overlap the additions. */
export function rowProduct(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  const end = (i + 1) * width;
  const shift = j * width - i * width;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = i * width;
  for (; at + 3 < end; at += 4) {
    first += a[at]! * b[at + shift]!;
    second += a[at + 1]! * b[at + shift + 1]!;
    third += a[at + 2]! * b[at + shift + 2]!;
    fourth += a[at + 3]! * b[at + shift + 3]!;
  }
  for (; at < end; at++) first += a[at]! * b[at + shift]!;
  return first + second + (third + fourth);
}

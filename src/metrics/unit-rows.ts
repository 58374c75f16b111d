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

type Products = Float32Array | Float64Array;

/**
 * Scalar products of every row of `a` with every row of `b`. Of unit rows these are cosines.
 *
 * @param a `[n, width]` @param b `[m, width]` @returns `[n, m]` float32
 */
export function rowProducts(a: Float64Array, b: Float64Array, width: number): Float32Array {
  return multiplyRows(a, b, width, new Float32Array((a.length / width) * (b.length / width)));
}

/** `rowProducts` that are not rounded: a·bᵀ. @param a `[n, width]` @param b `[m, width]` @returns `[n, m]` */
export function exactRowProducts(a: Float64Array, b: Float64Array, width: number): Float64Array {
  return multiplyRows(a, b, width, new Float64Array((a.length / width) * (b.length / width)));
}

/** Two rows of `a` share the reading of four rows of `b`. */
function multiplyRows<Into extends Products>(
  a: Float64Array,
  b: Float64Array,
  width: number,
  products: Into,
): Into {
  const n = a.length / width;
  const m = b.length / width;
  for (let pass = 0; pass < n; pass += ROWS_PER_PASS) {
    const end = Math.min(pass + ROWS_PER_PASS, n);
    let j = 0;
    for (; j + 3 < m; j += 4) {
      let i = pass;
      for (; i + 1 < end; i += 2) eightProducts(a, i, b, j, width, products, m);
      if (i < end) fourProducts(a, i, b, j, width, products, m);
    }
    for (; j < m; j++) {
      for (let i = pass; i < end; i++) products[i * m + j] = rowProduct(a, i, b, j, width);
    }
  }
  return products;
}

/** Products of rows `i` and `i + 1` of `a` with rows `j` to `j + 3` of `b`. */
function eightProducts(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  width: number,
  products: Products,
  m: number,
): void {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let [fifth, sixth, seventh, eighth] = [0, 0, 0, 0];
  const end = (i + 1) * width;
  let at = j * width;
  for (let own = i * width; own < end; own++, at++) {
    const upper = a[own]!;
    const lower = a[own + width]!;
    const b0 = b[at]!;
    const b1 = b[at + width]!;
    const b2 = b[at + 2 * width]!;
    const b3 = b[at + 3 * width]!;
    first += upper * b0;
    second += upper * b1;
    third += upper * b2;
    fourth += upper * b3;
    fifth += lower * b0;
    sixth += lower * b1;
    seventh += lower * b2;
    eighth += lower * b3;
  }
  products.set([first, second, third, fourth], i * m + j);
  products.set([fifth, sixth, seventh, eighth], (i + 1) * m + j);
}

/** Products of row `i` of `a` with rows `j` to `j + 3` of `b`. */
function fourProducts(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  width: number,
  products: Products,
  m: number,
): void {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const end = (i + 1) * width;
  let at = j * width;
  for (let own = i * width; own < end; own++, at++) {
    const value = a[own]!;
    first += value * b[at]!;
    second += value * b[at + width]!;
    third += value * b[at + 2 * width]!;
    fourth += value * b[at + 3 * width]!;
  }
  products.set([first, second, third, fourth], i * m + j);
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

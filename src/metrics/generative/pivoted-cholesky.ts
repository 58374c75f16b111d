/**
 * Cholesky factor of a covariance that may lack rank: S = Lᵀ·L, with as many rows as S has rank.
 *
 * Source: Higham, "Analysis of the Cholesky decomposition of a semi-definite matrix" (1990): the largest remaining variance is
 * taken first, and what is left when it falls to rounding is left out.
 */

/**
 * @param covariance `[width, width]`, symmetric and positive semi-definite up to rounding
 * @returns `[rank, width]`, rows in the order in which they were found
 */
export function pivotedCholesky(covariance: Float64Array, width: number): Float64Array {
  const left = Float64Array.from({ length: width }, (_, i) => covariance[i * width + i]!);
  const rounding = width * Number.EPSILON * Math.max(0, ...left);
  // Row i holds what was found so far of variable i, so that a step reads memory in order.
  const found = new Float64Array(width * width);
  const isTaken = new Uint8Array(width);
  const column = new Float64Array(width);
  let rank = 0;
  for (; rank < width; rank++) {
    const pivot = largestLeft(left, isTaken);
    const variance = left[pivot]!;
    if (!(variance > rounding)) break;
    let largest = 0;
    for (let i = 0; i < width; i++) {
      if (isTaken[i] === 1) column[i] = 0;
      else column[i] = covariance[pivot * width + i]! - startProduct(found, pivot, i, width, rank);
      if (i !== pivot) largest = Math.max(largest, Math.abs(column[i]!));
    }
    // No covariance exceeds the larger variance: where one does, only the rounding of the stored numbers is left.
    if (largest > 2 * variance) break;
    const deviation = Math.sqrt(variance);
    column[pivot] = variance;
    for (let i = 0; i < width; i++) {
      const value = column[i]! / deviation;
      found[i * width + rank] = value;
      left[i]! -= value * value;
    }
    isTaken[pivot] = 1;
  }
  const factor = new Float64Array(rank * width);
  for (let row = 0; row < rank; row++) {
    for (let i = 0; i < width; i++) factor[row * width + i] = found[i * width + row]!;
  }
  return factor;
}

function largestLeft(left: Float64Array, isTaken: Uint8Array): number {
  let largest = -1;
  for (let i = 0; i < left.length; i++) {
    if (isTaken[i] === 0 && (largest < 0 || left[i]! > left[largest]!)) largest = i;
  }
  return largest;
}

/** Scalar product of the first `count` numbers of two rows. */
function startProduct(rows: Float64Array, i: number, j: number, width: number, count: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let [a, b] = [i * width, j * width];
  const end = a + count;
  for (; a + 3 < end; a += 4, b += 4) {
    first += rows[a]! * rows[b]!;
    second += rows[a + 1]! * rows[b + 1]!;
    third += rows[a + 2]! * rows[b + 2]!;
    fourth += rows[a + 3]! * rows[b + 3]!;
  }
  for (; a < end; a++, b++) first += rows[a]! * rows[b]!;
  return first + second + (third + fourth);
}

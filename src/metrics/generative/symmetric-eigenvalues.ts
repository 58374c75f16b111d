/**
 * Eigenvalues of a symmetric matrix, without eigenvectors: Householder's reduction to three diagonals, then the implicit QL method.
 *
 * Source: Martin, Reinsch and Wilkinson, "Householder's tridiagonalization of a symmetric matrix" and "The implicit QL algorithm"
 * (Numerische Mathematik, 1968); `tred1` and `imtql1` of EISPACK. A decomposition with vectors takes nine times as long at 2048.
 */

const MOST_ROUNDS = 60;

/** @param matrix `[size, size]`, of which the part below the diagonal is read @returns `[size]`, ascending */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, beside } = tridiagonal(matrix.slice(), size);
  for (let first = 0; first < size; first++) {
    for (let round = 0; ; round++) {
      const last = endOfBlock(diagonal, beside, first);
      if (last === first) break;
      if (round === MOST_ROUNDS) throw new Error(`eigenvalue ${first} of ${size} does not converge`);
      rotateBlock(diagonal, beside, first, last);
    }
  }
  return diagonal.sort();
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `beside[i]` couples i and i + 1. */
  readonly beside: Float64Array;
}

/** Reflects one row after the other, from the last, onto the diagonals. Overwrites `a`. */
function tridiagonal(a: Float64Array, size: number): Tridiagonal {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  const product = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    diagonal[row] = a[row * size + row]!;
    if (row === 0) break;
    const u = a.subarray(row * size, row * size + row);
    const squares = u.reduce((sum, value) => sum + value * value, 0);
    const edge = u[row - 1]!;
    const norm = edge >= 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    beside[row - 1] = norm;
    const half = squares - edge * norm;
    if (!(half > 0)) continue;
    u[row - 1] = edge - norm;
    timesSymmetric(a, u, product, size);
    const overlap = u.reduce((sum, value, j) => sum + value * product[j]!, 0) / (2 * half * half);
    for (let j = 0; j < row; j++) product[j] = product[j]! / half - overlap * u[j]!;
    subtractBoth(a, u, product, size);
  }
  return { diagonal, beside };
}

/** The symmetric matrix whose lower part `a` begins with, times `u`. */
function timesSymmetric(a: Float64Array, u: Float64Array, product: Float64Array, size: number): void {
  product.fill(0, 0, u.length);
  for (let j = 0; j < u.length; j++) {
    const start = j * size;
    const uj = u[j]!;
    let sum = a[start + j]! * uj;
    for (let k = 0; k < j; k++) {
      const value = a[start + k]!;
      sum += value * u[k]!;
      product[k]! += value * uj;
    }
    product[j]! += sum;
  }
}

/** a − u·wᵀ − w·uᵀ, below the diagonal. */
function subtractBoth(a: Float64Array, u: Float64Array, w: Float64Array, size: number): void {
  for (let j = 0; j < u.length; j++) {
    const start = j * size;
    const [uj, wj] = [u[j]!, w[j]!];
    for (let k = 0; k <= j; k++) a[start + k]! -= uj * w[k]! + wj * u[k]!;
  }
}

/** The last index that hangs together with `first` by numbers beside the diagonal that are more than rounding. */
function endOfBlock(diagonal: Float64Array, beside: Float64Array, first: number): number {
  let last = first;
  while (last < diagonal.length - 1) {
    const size = Math.abs(diagonal[last]!) + Math.abs(diagonal[last + 1]!);
    if (Math.abs(beside[last]!) <= Number.EPSILON * size) break;
    last++;
  }
  return last;
}

/** One QL step from `last` up to `first`, shifted by the eigenvalue of the first two rows that is nearer to the first. */
function rotateBlock(diagonal: Float64Array, beside: Float64Array, first: number, last: number): void {
  const slope = (diagonal[first + 1]! - diagonal[first]!) / (2 * beside[first]!);
  const root = Math.hypot(slope, 1);
  let g = diagonal[last]! - diagonal[first]! + beside[first]! / (slope + (slope >= 0 ? root : -root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const [f, b] = [sine * beside[i]!, cosine * beside[i]!];
    const length = Math.hypot(f, g);
    beside[i + 1] = length;
    if (length === 0) {
      diagonal[i + 1]! -= shift;
      beside[last] = 0;
      return;
    }
    [sine, cosine] = [f / length, g / length];
    const above = diagonal[i + 1]! - shift;
    const turned = (diagonal[i]! - above) * sine + 2 * cosine * b;
    shift = sine * turned;
    diagonal[i + 1] = above + shift;
    g = cosine * turned - b;
  }
  diagonal[first]! -= shift;
  beside[first] = g;
  beside[last] = 0;
}

/**
 * What is told about a set of timings: the middle, the tails and the spread. Outliers are told, never dropped.
 *
 * Quantiles: type 7 of Hyndman and Fan (The American Statistician 1996), the default of NumPy and R.
 * MAD: median absolute deviation from the median, unscaled.
 */

/** Order statistics of a sample, in the unit of its values. */
export interface Summary {
  count: number;
  median: number;
  p5: number;
  p50: number;
  p95: number;
  p99: number;
  /** Median absolute deviation, unscaled. */
  mad: number;
}

/** @param values at least one number, in any order */
export function summarize(values: ArrayLike<number>): Summary {
  const sorted = sortedCopy(values);
  const p50 = quantileOfSorted(sorted, 0.5);
  return {
    count: sorted.length,
    median: p50,
    p5: quantileOfSorted(sorted, 0.05),
    p50,
    p95: quantileOfSorted(sorted, 0.95),
    p99: quantileOfSorted(sorted, 0.99),
    mad: medianAbsoluteDeviation(sorted),
  };
}

export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(sortedCopy(values), 0.5);
}

export function medianAbsoluteDeviation(values: ArrayLike<number>): number {
  const middle = median(values);
  return median(Float64Array.from(values, (value) => Math.abs(value - middle)));
}

/** Quantile at `level` in [0, 1], linear between the two nearest order statistics; NaN of nothing. */
export function quantile(values: ArrayLike<number>, level: number): number {
  return quantileOfSorted(sortedCopy(values), level);
}

/** `quantile` of values that are already ascending. */
export function quantileOfSorted(sorted: ArrayLike<number>, level: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = level * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

function sortedCopy(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

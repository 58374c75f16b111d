/**
 * Fréchet distance between two Gaussians that are fitted to features: of Inception's pooled features it is the FID.
 *
 * Source: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium" (NeurIPS 2017);
 * Dowson and Landau (1982): d² = |μ₁ − μ₂|² + tr(S₁ + S₂ − 2·(S₁S₂)^½). pytorch-fid 0.3.0 computes the same with SciPy's `sqrtm`.
 * Here the trace of the root is the sum of the roots of the eigenvalues of L·S₂·Lᵀ with S₁ = Lᵀ·L, which are those of S₁S₂: all real,
 * and nothing need be added to the diagonal where a covariance lacks rank.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { exactRowProducts } from '../unit-rows.js';
import type { FeatureStatistics } from './feature-statistics.js';
import { pivotedCholesky } from './pivoted-cholesky.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';

/**
 * The squared distance, as every table has it. Equal statistics give 0 up to rounding, which may be just below 0.
 * Throws where the features are of different width.
 */
export function frechetDistance(a: FeatureStatistics, b: FeatureStatistics): number {
  const width = a.mean.length;
  if (b.mean.length !== width)
    throw new TurboError('Statistics of features of different width cannot be compared', {
      value: [width, b.mean.length],
      allowed: 'statistics of one network and layer',
      next: 'make both statistics with the same feature extractor',
    });
  let distance = 0;
  for (let i = 0; i < width; i++) {
    distance += (a.mean[i]! - b.mean[i]!) ** 2;
    distance += a.covariance[i * width + i]! + b.covariance[i * width + i]!;
  }
  return distance - 2 * traceOfRoot(a.covariance, b.covariance, width);
}

/** tr((S₁S₂)^½). */
function traceOfRoot(first: Float64Array, second: Float64Array, width: number): number {
  const factor = pivotedCholesky(first, width);
  const rank = factor.length / width;
  const half = exactRowProducts(factor, second, width);
  const eigenvalues = symmetricEigenvalues(exactRowProducts(half, factor, width), rank);
  return eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
}

/**
 * Files of feature statistics, as pytorch-fid and clean-fid keep them: an `.npz` with `mu` and `sigma`.
 *
 * Source: `save_fid_stats` of pytorch-fid 0.3.0, `make_custom_stats` of clean-fid. Neither file says of how many pictures it is.
 */
import type { NpyArray } from '../../checkpoints/npy.js';
import { readNpz, writeNpz } from '../../checkpoints/npz.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { FeatureStatistics } from './feature-statistics.js';

/** Largest difference across the diagonal, of the largest variance: more than float32 rounds off. */
const ASYMMETRY = 1e-5;

/** Throws where the file is broken, lacks an array, or holds what mean and covariance cannot be. */
export function readStatisticsFile(path: string): FeatureStatistics {
  const { mu, sigma } = readNpz(path, ['mu', 'sigma']);
  const width = mu.data.length;
  if (mu.shape.length !== 1 || width === 0)
    throw wrongShape('mu', mu, 'one axis with at least one feature', path);
  if (sigma.shape.length !== 2 || sigma.shape.some((side) => side !== width))
    throw wrongShape('sigma', sigma, `(${width}, ${width}), as many features as mu has`, path);
  requireFinite('mu', mu, path);
  requireFinite('sigma', sigma, path);
  requireCovariance(sigma.data, width, path);
  return { mean: mu.data, covariance: sigma.data, samples: null };
}

/** Writes float64 arrays that pytorch-fid and clean-fid read. */
export async function writeStatisticsFile(
  path: string,
  { mean, covariance }: FeatureStatistics,
): Promise<void> {
  const width = mean.length;
  await writeNpz(path, {
    mu: { shape: [width], data: mean },
    sigma: { shape: [width, width], data: covariance },
  });
}

function requireFinite(name: string, { data }: NpyArray, path: string): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new TurboError(`${name} holds a number that is not finite.`, {
      where: `${path}, array ${name}, element ${bad} (counted from 0)`,
      value: String(data[bad]),
      next: 'make the statistics again; one sample alone has no covariance',
    });
}

/** No variance below zero, and the same on both sides of the diagonal. */
function requireCovariance(sigma: Float64Array, width: number, path: string): void {
  const at = (i: number, j: number): number => sigma[i * width + j]!;
  const largest = Array.from({ length: width }, (_, i) => Math.abs(at(i, i))).reduce(
    (a, b) => Math.max(a, b),
    0,
  );
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      if (i === j ? at(i, i) >= 0 : Math.abs(at(i, j) - at(j, i)) <= ASYMMETRY * largest) continue;
      throw new TurboError('sigma is no covariance.', {
        where: `${path}, array sigma, row ${i}, column ${j} (counted from 0)`,
        value: [at(i, j), at(j, i)],
        allowed: 'a symmetric matrix whose diagonal is not negative',
      });
    }
  }
}

function wrongShape(name: string, { shape }: NpyArray, allowed: string, path: string): TurboError {
  return new TurboError(`${name} has another shape than statistics of features have.`, {
    where: `${path}, array ${name}`,
    value: `(${shape.join(', ')})`,
    allowed,
    next: 'name a statistics file of pytorch-fid or clean-fid',
  });
}

/**
 * Distances between all generated pictures and a reference: FID and KID on Inception's features, Fréchet distance and CMMD on the embedding of a CLIP
 * checkpoint. Only Inception's is called FID.
 */
import { createHash } from 'node:crypto';
import type { DatasetImage } from '../../datasets/dataset.js';
import { openDataset } from '../../datasets/open-dataset.js';
import { picturesOf } from '../../datasets/samples.js';
import { TurboError } from '../../errors/turbo-error.js';
import { decodeSource } from '../../images/decode.js';
import type { RgbImage } from '../../images/rgb-image.js';
import { cmmd } from '../../metrics/generative/cmmd.js';
import { type FeatureStatistics, featureStatistics } from '../../metrics/generative/feature-statistics.js';
import { frechetDistance } from '../../metrics/generative/frechet-distance.js';
import {
  drawSubsets,
  KID_SUBSETS,
  kernelInceptionDistance,
} from '../../metrics/generative/kernel-inception-distance.js';
import { type GenerativeMetric, sampleShortage } from '../../metrics/generative/sample-size.js';
import { readStatisticsFile } from '../../metrics/generative/statistics-file.js';
import { seededRandom } from '../../random/seeded.js';
import type { Metrics } from '../task.js';
import { type DistributionOptions, isStatisticsFile } from './options.js';

/** A network whose features are compared. */
export interface FeatureExtractor {
  readonly kind: DistributionOptions['features'][number];
  /** For the names of metrics; `inception` has its own. */
  readonly name: string;
  readonly width: number;
  /** [images, width] */
  embed(images: readonly RgbImage[]): Promise<Float32Array>;
}

/** Features of the reference; a file has statistics alone. */
export interface ReferenceFeatures {
  readonly statistics: FeatureStatistics;
  /** [samples, width] */
  readonly rows: Float32Array | null;
}

export interface DistributionScores {
  readonly metrics: Metrics;
  /** What the numbers may not be taken for. */
  readonly notes: readonly string[];
}

/** Pictures of the reference that are in memory at once. */
const AT_ONCE = 16;

/** sha256 of all that the reference holds. @throws TurboError where it cannot be read */
export async function referenceDigest(options: DistributionOptions, seed: number): Promise<string> {
  const found = await referencePictures(options, seed);
  if (found !== null) return found.digest();
  const { mean, covariance } = readStatisticsFile(options.reference);
  return createHash('sha256').update(mean).update(covariance).digest('hex');
}

/** The pictures of the reference and their digest; null for a statistics file. */
async function referencePictures(
  { reference, split, limit }: DistributionOptions,
  seed: number,
): Promise<{ readonly pictures: readonly DatasetImage[]; digest(): Promise<string> } | null> {
  if (isStatisticsFile(reference)) return null;
  const data = await openDataset(reference, {
    seed,
    ...(split === undefined ? {} : { split }),
    ...(limit === undefined ? {} : { limit }),
  });
  const pictures = picturesOf(data);
  if (pictures.length >= 2) return { pictures, digest: data.digest };
  throw new TurboError('The reference of a distribution needs pictures', {
    value: reference,
    where: 'distribution.reference',
    allowed: 'a dataset of at least two pictures, or an .npz of statistics',
  });
}

/** @throws TurboError for statistics of another width, and for pictures that cannot be decoded */
export async function referenceFeatures(
  options: DistributionOptions,
  extractor: FeatureExtractor,
  seed: number,
): Promise<ReferenceFeatures> {
  const found = await referencePictures(options, seed);
  if (found === null) {
    const statistics = readStatisticsFile(options.reference);
    if (statistics.mean.length === extractor.width) return { statistics, rows: null };
    throw new TurboError('The statistics are of another network', {
      where: options.reference,
      value: statistics.mean.length,
      allowed: `${extractor.width} features, as ${extractor.name} has`,
    });
  }
  const { pictures } = found;
  const rows = new Float32Array(pictures.length * extractor.width);
  for (let start = 0; start < pictures.length; start += AT_ONCE) {
    const images = await Promise.all(
      pictures.slice(start, start + AT_ONCE).map(({ image }) => decodeSource(image)),
    );
    rows.set(await extractor.embed(images), start * extractor.width);
  }
  return { statistics: featureStatistics(rows, extractor.width), rows };
}

/** @param features [pictures, width] of the generated pictures @param seed draws the subsets of KID */
export function distributionScores(
  { kind, name, width }: Pick<FeatureExtractor, 'kind' | 'name' | 'width'>,
  features: Float32Array,
  { statistics, rows }: ReferenceFeatures,
  seed: number,
): DistributionScores {
  const count = features.length / width;
  const samples = Math.min(count, statistics.samples ?? count);
  const frechetName = kind === 'inception' ? 'fid' : `frechet-${name}`;
  const metrics: Record<string, number> = {
    [frechetName]: frechetDistance(featureStatistics(features, width), statistics),
  };
  const notes = [shortage(frechetName, 'frechet', samples, width)];
  if (rows !== null && kind === 'inception') {
    const size = Math.min(KID_SUBSETS.size, samples);
    const subsets = (side: string, of: number) =>
      drawSubsets(of, seededRandom(seed, 'kid', side), { count: KID_SUBSETS.count, size });
    metrics.kid = kernelInceptionDistance(features, rows, width, {
      a: subsets('generated', count),
      b: subsets('reference', rows.length / width),
    }).mean;
    notes.push(shortage('kid', 'kid', samples, width));
  }
  if (rows !== null && kind === 'clip') {
    metrics.cmmd = cmmd(features, rows, width);
    notes.push(shortage('cmmd', 'cmmd', samples, width));
  }
  return { metrics, notes: notes.filter((note) => note !== '') };
}

function shortage(name: string, metric: GenerativeMetric, samples: number, width: number): string {
  const found = sampleShortage(metric, samples, width);
  return found === null ? '' : `${name}: ${found.warning}`;
}

/** The golden images: files, what Pillow and transformers make of them, and the processors' settings. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../fixtures/images');

interface GoldenProcessor {
  small: { size: object; crop_size?: object };
  real: { size: object; crop_size?: object };
  resample: 'bicubic' | 'bilinear';
  imageMean: number[];
  imageStd: number[];
}

interface GoldenResult {
  realSha256: string;
  smallSha256: string;
  pixelValuesMean: number;
  pixelValuesFirst: number[];
}

interface GoldenFile {
  file: string;
  expected: 'ok' | 'error';
  decodedSize: [number, number];
  decodedSha256: string;
  processors: Record<string, GoldenResult>;
}

export const golden: { processors: Record<string, GoldenProcessor>; files: GoldenFile[] } = JSON.parse(
  readFileSync(join(FOLDER, 'images.json'), 'utf8'),
);

export const pathOf = (file: string): string => join(FOLDER, 'files', file);

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const PILLOW_NUMBER = { bilinear: 2, bicubic: 3 };

/** A golden processor as a `preprocessor_config.json` would say it. */
export function configOf(name: string, side: 'small' | 'real'): object {
  const { resample, imageMean, imageStd, [side]: sizes } = golden.processors[name]!;
  return {
    ...sizes,
    image_processor_type: 'CLIPImageProcessor',
    do_center_crop: sizes.crop_size !== undefined,
    resample: PILLOW_NUMBER[resample],
    image_mean: imageMean,
    image_std: imageStd,
  };
}

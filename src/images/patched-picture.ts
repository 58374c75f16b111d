/** What a model sees of a picture, patch by patch: for drawings over it. */
import sharp from 'sharp';
import { decodeFile } from './decode.js';
import { resizeAndCrop, toPixelValues } from './preprocess.js';
import type { Preprocessor } from './preprocessor.js';
import type { RgbImage } from './rgb-image.js';

export interface PatchedPicture {
  /** `pixel_values` of the picture, [3, height, width]. */
  readonly pixels: Float32Array;
  readonly grid: { readonly rows: number; readonly columns: number };
  /** The picture without what lies beyond the last full patch. */
  readonly pngBase64: string;
  /** Mean red, green and blue of every patch, row by row. */
  readonly patchColors: readonly (readonly [number, number, number])[];
}

/** @throws TurboError when the file is missing or cannot be decoded */
export async function patchedPicture(
  path: string,
  preprocessor: Preprocessor,
  patchSize: number,
): Promise<PatchedPicture> {
  const image = resizeAndCrop(await decodeFile(path), preprocessor);
  return { pixels: toPixelValues(image, preprocessor), ...(await inPatches(image, patchSize)) };
}

/** A picture cut to full patches, as a PNG, and the colours of these. */
export async function inPatches(image: RgbImage, patchSize: number): Promise<Omit<PatchedPicture, 'pixels'>> {
  const { width, height, data } = image;
  const grid = { rows: Math.floor(height / patchSize), columns: Math.floor(width / patchSize) };
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: 0, top: 0, width: grid.columns * patchSize, height: grid.rows * patchSize })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return { grid, pngBase64: png.toString('base64'), patchColors: patchColors(image, patchSize, grid) };
}

/** Mean red, green and blue of every full patch, row by row. */
export function patchColors(
  { width, data }: RgbImage,
  patchSize: number,
  { rows, columns }: PatchedPicture['grid'],
): [number, number, number][] {
  return Array.from({ length: rows * columns }, (_, patch) => {
    const [top, left] = [Math.floor(patch / columns) * patchSize, (patch % columns) * patchSize];
    const sums: [number, number, number] = [0, 0, 0];
    for (let y = top; y < top + patchSize; y++)
      for (let x = left; x < left + patchSize; x++)
        for (let channel = 0; channel < 3; channel++) sums[channel]! += data[3 * (y * width + x) + channel]!;
    return sums.map((sum) => sum / patchSize ** 2) as [number, number, number];
  });
}

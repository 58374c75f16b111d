/**
 * PNG files that say how they were made: a JSON value in the EXIF tag ImageDescription.
 *
 * Source: Exif 2.32 (CIPA DC-008), sections 4.5 and 4.6, for reading it back; sharp writes it.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { systemCode } from '../errors/turbo-error.js';
import { decodeImage } from './decode.js';
import type { RgbImage } from './rgb-image.js';

const IMAGE_DESCRIPTION = 0x010e;
const ASCII = 2;
const ENTRY_BYTES = 12;

/** @param description any value that JSON can hold */
export async function describedPng(
  { width, height, data }: RgbImage,
  description: unknown,
  software: string,
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .withExif({ IFD0: { ImageDescription: asciiJson(description), Software: software } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/**
 * The picture of such a file and what it says of itself; undefined where there is no file, or one that is damaged or says nothing.
 */
export async function readDescribedPng(
  file: string,
): Promise<{ readonly image: RgbImage; readonly description: unknown } | undefined> {
  try {
    const bytes = await readFile(file);
    const { exif } = await sharp(bytes).metadata();
    const text = exif === undefined ? undefined : imageDescription(exif);
    if (text === undefined) return undefined;
    return { image: await decodeImage(bytes, file), description: JSON.parse(text) as unknown };
  } catch (thrown) {
    const code = systemCode(thrown) ?? 'ERR_';
    if (code === 'ENOENT' || code.startsWith('ERR_')) return undefined;
    throw thrown;
  }
}

/** JSON in printable ASCII; brackets too are escaped, since libvips takes what stands in them at the end for a remark of its own. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]|[()]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The tag's text among the first directory of an EXIF block, which may begin with `Exif\0\0`. */
function imageDescription(exif: Buffer): string | undefined {
  const tiff = exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number): number => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = long(4);
  for (let entry = 0; entry < short(directory); entry++) {
    const at = directory + 2 + entry * ENTRY_BYTES;
    if (short(at) !== IMAGE_DESCRIPTION || short(at + 2) !== ASCII) continue;
    const length = long(at + 4);
    const start = length <= 4 ? at + 8 : long(at + 8);
    return tiff.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  }
  return undefined;
}

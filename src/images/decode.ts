/**
 * Decoding image files to the RGB bytes that Pillow and transformers' `load_image` see: EXIF rotation, then RGB with
 * alpha dropped, gray repeated, CMYK by Pillow's formula, 16-bit colour by its high byte and, as Pillow does, 16-bit
 * gray *clipped* to 255 (the high byte would be the saner picture, but published results saw the clipped one).
 *
 * Source: Pillow 11, src/libImaging/Convert.c (`cmyk2rgb`, `I16_L`); transformers 4.53, `image_utils.load_image`.
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';
import type { ImageSource, RgbImage } from './rgb-image.js';

/** Damage that libvips only warns about (a truncated JPEG, a wrong PNG checksum) must not pass as a grey picture. */
const FAIL_ON = 'warning';

/**
 * A picture of 35 bytes can claim 65,535 × 65,535 pixels. Pillow warns of more than so many as of a decompression bomb
 * (`MAX_IMAGE_PIXELS`); decoded they take 256 MiB.
 */
const MOST_PIXELS = 89_478_485;

/** Every picture is decoded once; libvips need not remember it. */
sharp.cache(false);

/** The pixels of `source`, decoded when it is a file. */
export async function decodeSource(source: ImageSource): Promise<RgbImage> {
  return source.kind === 'file' ? decodeFile(source.path) : source;
}

/** Reads and decodes one file. */
export async function decodeFile(path: string): Promise<RgbImage> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    const reason = systemCode(thrown) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new TurboError(`image ${path} ${reason}`, { where: path, cause: thrown });
  }
  return decodeImage(bytes, path);
}

/**
 * @param bytes a whole image file: JPEG, PNG, WebP, GIF (first frame), TIFF, AVIF
 * @param name what an error calls it
 */
export async function decodeImage(bytes: Uint8Array, name = 'image'): Promise<RgbImage> {
  if (bytes.length === 0) throw broken(name, 'the file is empty');
  try {
    const image = sharp(bytes, { failOn: FAIL_ON, limitInputPixels: MOST_PIXELS });
    const metadata = await image.metadata();
    if (metadata.format === 'svg') throw new Error('SVG is a drawing, not an image of pixels');
    if (metadata.space === 'cmyk') return await decodeCmyk(image.autoOrient());
    if (isGray16(metadata)) return await decodeGray16(image.autoOrient());
    return await decodeRgb(image.autoOrient());
  } catch (thrown) {
    throw broken(name, reasonOf(thrown), thrown);
  }
}

/** libvips tells, by chance, either what is wrong or only that a warning counts as an error. */
function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown);
  if (message.includes('exceeds pixel limit'))
    return `it has more than ${MOST_PIXELS.toLocaleString('en')} pixels`;
  return message.includes('Warning treated as error') ? 'the file is damaged or cut off' : message;
}

function broken(name: string, reason: string, cause?: unknown): TurboError {
  return new TurboError(`image ${name} cannot be decoded: ${reason.replace(/\s+/g, ' ').trim()}`, {
    where: name,
    allowed: 'an undamaged JPEG, PNG, WebP, GIF, TIFF or AVIF file',
    next: 'replace the file, or set onBadSample: skip in the experiment to count it and go on',
    cause,
  });
}

async function decodeRgb(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { width: info.width, height: info.height, data };
  if (info.channels === 1) return grayToRgb(data, info.width, info.height);
  throw new Error(`${info.channels} channels where 1 or 3 were expected`);
}

function isGray16({ depth, channels, space }: Metadata): boolean {
  return depth === 'ushort' && channels === 1 && space === 'grey16';
}

async function decodeGray16(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return grayToRgb(
    Uint8Array.from(wide, (value) => Math.min(value, 255)),
    info.width,
    info.height,
  );
}

async function decodeCmyk(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += info.channels, to += 3) {
    const light = 255 - data[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      rgb[to + channel] = Math.max(0, light - multiplyBytes(data[from + channel]!, light));
    }
  }
  return { width: info.width, height: info.height, data: rgb };
}

/** Pillow's MULDIV255: a·b/255, rounded, without a division. */
function multiplyBytes(a: number, b: number): number {
  const product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}

function grayToRgb(gray: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0, at = 0; pixel < gray.length; pixel++) {
    const value = gray[pixel]!;
    data[at++] = value;
    data[at++] = value;
    data[at++] = value;
  }
  return { width, height, data };
}

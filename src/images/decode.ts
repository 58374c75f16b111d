/**
 * Decoding image files to the RGB bytes that Pillow and transformers' `load_image` see: EXIF rotation, then RGB with
 * alpha dropped, colour profiles ignored, gray repeated, CMYK by Pillow's formula, 16-bit colour by its high byte and, as Pillow does,
 * 16-bit gray *clipped* to 255 (the high byte would be the saner picture, but published results saw the clipped one).
 *
 * What libvips would read to other pixels is refused with its reason (`gif-first-frame.ts`, `tiff-layout.ts`). AVIF alone is no more than
 * close: its decoders enlarge the colour planes and round in their own ways, by 1 of 255 in 4:4:4 and more at edges of colour in 4:2:0.
 *
 * Source: Pillow 11.3; transformers 4.53, `image_utils.load_image`.
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';
import { decodeCmyk, decodeGray16, decodeRgb } from './channels-to-rgb.js';
import { opaqueFirstFrame } from './gif-first-frame.js';
import type { ImageSource, RgbImage } from './rgb-image.js';
import { refuseUnlikePillow } from './tiff-layout.js';
import { readTiffTags } from './tiff-tags.js';
import { upright } from './upright.js';

/** Damage that libvips only warns about (a truncated JPEG, a wrong PNG checksum) must not pass as a grey picture. */
const FAIL_ON = 'warning';

/**
 * A picture of 35 bytes can claim 65,535 × 65,535 pixels. Pillow warns of more than so many as of a decompression bomb
 * (`MAX_IMAGE_PIXELS`); decoded they take 256 MiB.
 */
const MOST_PIXELS = 89_478_485;

/** Where a PNG says which channels it has: 0 for gray alone. */
const PNG_COLOUR_TYPE = 25;

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
    const metadata = await open(bytes).metadata();
    if (metadata.format === 'svg') throw new Error('SVG is a drawing, not an image of pixels');
    const image = asPillowReads(bytes, metadata);
    if (metadata.space === 'cmyk') return await decodeCmyk(image);
    if (isGray16(metadata, bytes)) return await decodeGray16(image);
    return await decodeRgb(image);
  } catch (thrown) {
    throw broken(name, reasonOf(thrown), thrown);
  }
}

/** Pillow looks at no colour profile. */
function open(bytes: Uint8Array): Sharp {
  return sharp(bytes, { failOn: FAIL_ON, limitInputPixels: MOST_PIXELS, ignoreIcc: true });
}

/** The picture the right way up. @throws Error where libvips would read other pixels than Pillow */
function asPillowReads(bytes: Uint8Array, metadata: Metadata): Sharp {
  if (metadata.format === 'gif') return open(opaqueFirstFrame(bytes));
  if (metadata.format !== 'tiff') return upright(open(bytes), metadata, metadata.orientation);
  const tags = readTiffTags(bytes);
  refuseUnlikePillow(tags);
  return upright(open(bytes), metadata, tags.orientation);
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

/** Pillow takes gray with alpha by its high byte, but clips gray in which one value is marked as transparent. */
function isGray16({ format, depth, channels, space }: Metadata, bytes: Uint8Array): boolean {
  const isPngWithoutAlpha = format === 'png' && bytes[PNG_COLOUR_TYPE] === 0;
  return depth === 'ushort' && space === 'grey16' && (channels === 1 || isPngWithoutAlpha);
}

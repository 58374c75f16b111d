/**
 * Which TIFFs libvips reads as Pillow does; all others are refused.
 *
 * TIFF allows far more layouts than either reads, and some are read by both to different pixels: libvips hands out YCbCr as if it
 * were RGB, does not invert 16 bits of which white is zero, and rounds premultiplied colours otherwise. Only layouts that were compared are let through.
 *
 * Source: TIFF 6.0, sections 8 and 18 to 21; compared with Pillow 11.3 on random samples.
 */
import type { TiffTags } from './tiff-tags.js';

const [WHITE_IS_ZERO, GRAY, RGB, PALETTE, CMYK, YCBCR, LAB] = [0, 1, 2, 3, 5, 6, 8] as const;
const COLOURS: Readonly<Record<number, string>> = {
  [WHITE_IS_ZERO]: 'gray (white is zero)',
  [GRAY]: 'gray',
  [RGB]: 'RGB',
  [PALETTE]: 'palette',
  [CMYK]: 'CMYK',
  [YCBCR]: 'YCbCr',
  [LAB]: 'CIELAB',
};
const [UNSIGNED, SIGNED, FLOAT] = [1, 2, 3];
const FORMATS = new Map([
  [SIGNED, 'signed'],
  [FLOAT, 'floating point'],
]);
/** What a sample beyond the colours is. */
const [UNSPECIFIED, PREMULTIPLIED, ALPHA] = [0, 1, 2] as const;
/** Of a palette, and of gray that is no more than bytes. */
const INDEX_DEPTHS: readonly number[] = [1, 2, 4, 8];
const JPEG = 7;
const CHUNKY = 1;

/** @throws Error with a plain reason unless libvips reads the layout as Pillow does */
export function refuseUnlikePillow(tags: TiffTags): void {
  if (readAlike(tags)) return;
  const { photometric, bits, sampleFormat, compression, extraSamples } = tags;
  const colours = COLOURS[photometric] ?? 'unknown';
  const isPlainYcbcr = photometric === YCBCR && compression !== JPEG;
  const rest = isPlainYcbcr ? ' without JPEG compression' : '';
  const alpha = extraSamples[0] === PREMULTIPLIED ? 'premultiplied' : undefined;
  const samples = [alpha, FORMATS.get(sampleFormat), colours, 'samples of', bits.join('+'), 'bits'].filter(
    Boolean,
  );
  throw new Error(`TIFF with ${samples.join(' ')}${rest} cannot be read to the pixels that Pillow gives`);
}

function readAlike({ photometric, bits, sampleFormat, extraSamples, ...stored }: TiffTags): boolean {
  const [depth = 0] = bits;
  const [extra = UNSPECIFIED, ...more] = extraSamples;
  const colours = bits.length - extraSamples.length;
  const isOne = bits.length === 1;
  const isWhole = sampleFormat === UNSIGNED;
  const isBytes = isWhole && depth === 8;
  const isChunky = stored.planar === CHUNKY;
  if (bits.some((other) => other !== depth) || more.some((other) => other !== UNSPECIFIED)) return false;
  switch (photometric) {
    case WHITE_IS_ZERO:
      return isOne && (isWhole ? INDEX_DEPTHS.includes(depth) : sampleFormat === FLOAT && depth === 32);
    case GRAY:
      if (depth === 32) return isOne && [UNSIGNED, SIGNED, FLOAT].includes(sampleFormat);
      if (isOne) return isWhole && [...INDEX_DEPTHS, 16].includes(depth);
      return isBytes && isChunky && bits.length === 2 && extra === ALPHA;
    case RGB:
      if (extra === PREMULTIPLIED) return false;
      if (isBytes) return colours === 3 || bits.length === 4;
      return isWhole && depth === 16 && isChunky && colours === 3;
    case PALETTE:
      return isOne && isWhole && INDEX_DEPTHS.includes(depth);
    case CMYK:
      return isBytes && colours === 4 && extra === UNSPECIFIED;
    case YCBCR:
      return isBytes && colours === 3 && bits.length === 3 && isChunky && stored.compression === JPEG;
    default:
      return false;
  }
}

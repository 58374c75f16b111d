/**
 * Turning a picture as its EXIF orientation says or, as Pillow does, as other words in the file say where EXIF says nothing: the
 * EXIF that older ImageMagick writes into PNGs as text, then XMP.
 *
 * Source: EXIF 2.32, tag Orientation; Pillow 11.3, `Image.getexif` and `ImageOps.exif_transpose`.
 */
import type { Metadata, Sharp } from 'sharp';
import { readTiffTags } from './tiff-tags.js';

/** AVIF turns itself: its decoder has done so before its metadata is read. */
const TURNS_ITSELF = 'heif';

/** By the number in EXIF. sharp mirrors before it rotates, whatever the order of the calls; degrees are clockwise. */
const TURN: Readonly<Record<number, (image: Sharp) => Sharp>> = {
  2: (image) => image.flop(),
  3: (image) => image.rotate(180),
  4: (image) => image.flip(),
  5: (image) => image.flip().rotate(90),
  6: (image) => image.rotate(90),
  7: (image) => image.flop().rotate(90),
  8: (image) => image.rotate(270),
};

/** @param exifOrientation undefined where EXIF does not say */
export function upright(image: Sharp, metadata: Metadata, exifOrientation: number | undefined): Sharp {
  if (exifOrientation !== undefined || metadata.format === TURNS_ITSELF) return image.autoOrient();
  const orientation = orientationInText(metadata) ?? orientationInXmp(metadata) ?? 1;
  return TURN[orientation]?.(image) ?? image;
}

/** Three lines (nothing, the name, the length), then EXIF in hexadecimal digits; EXIF is a TIFF without a picture. */
function orientationInText({ exif, comments = [] }: Metadata): number | undefined {
  const profile = comments.find(({ keyword }) => keyword === 'Raw profile type exif');
  if (exif !== undefined || profile === undefined) return undefined;
  const bytes = Buffer.from(profile.text.split('\n').slice(3).join(''), 'hex');
  const marker = 'Exif\0\0';
  const isMarked = bytes.subarray(0, marker.length).toString('latin1') === marker;
  return readTiffTags(isMarked ? bytes.subarray(marker.length) : bytes).orientation;
}

function orientationInXmp({ xmp }: Metadata): number | undefined {
  const match = /tiff:Orientation(?:="|>)([0-9])/.exec(xmp?.toString('latin1') ?? '');
  return match === null ? undefined : Number(match[1]);
}

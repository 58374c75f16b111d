/**
 * From the channels that libvips decodes to RGB bytes, by Pillow's formulas.
 *
 * Source: Pillow 11, src/libImaging/Convert.c (`cmyk2rgb`, `I16_L`).
 */
import type { Sharp } from 'sharp';
import type { RgbImage } from './rgb-image.js';

/** Colour or gray of up to 16 bits, by the high byte; alpha is dropped. */
export async function decodeRgb(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { width: info.width, height: info.height, data };
  if (info.channels === 1) return grayToRgb(data, info.width, info.height);
  throw new Error(`${info.channels} channels where 1 or 3 were expected`);
}

/** Gray of 16 bits, clipped to 255. */
export async function decodeGray16(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .toColourspace('grey16')
    .removeAlpha()
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return grayToRgb(
    Uint8Array.from(wide, (value) => Math.min(value, 255)),
    info.width,
    info.height,
  );
}

/** CMYK without a colour profile. */
export async function decodeCmyk(image: Sharp): Promise<RgbImage> {
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

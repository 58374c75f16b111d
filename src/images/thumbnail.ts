/** Small copies of pictures, for reports. */
import sharp from 'sharp';
import { decodeSource } from './decode.js';
import type { ImageSource } from './rgb-image.js';

/** Pixels of the longer side: twice the size at which a report shows most of them. */
const LONGER_SIDE = 320;
const QUALITY = 80;

/** A picture as a small JPEG, never larger than it is. @throws TurboError when it cannot be decoded */
export async function thumbnail(source: ImageSource, longerSide = LONGER_SIDE): Promise<Buffer> {
  const { width, height, data } = await decodeSource(source);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(longerSide, longerSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer();
}

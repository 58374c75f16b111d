/**
 * From an image to the tensor that a model takes: resize, centre crop, rescale, normalise, channels first.
 *
 * Source: transformers 4.53, `image_transforms.py` (`get_resize_output_image_size`, `center_crop`, `rescale`, `normalize`).
 */
import { decodeFile, decodeImage, decodeSource } from './decode.js';
import type { Preprocessor } from './preprocessor.js';
import { resize } from './resize.js';
import type { ImageSource, RgbImage } from './rgb-image.js';

/**
 * @param image a path, the bytes of a file, or a sample's source
 * @returns `pixel_values` of one image, [3, height, width]
 */
export async function preprocessImage(
  image: string | Uint8Array | ImageSource,
  preprocessor: Preprocessor,
): Promise<Float32Array> {
  const decoded =
    typeof image === 'string'
      ? await decodeFile(image)
      : image instanceof Uint8Array
        ? await decodeImage(image)
        : await decodeSource(image);
  return toPixelValues(resizeAndCrop(decoded, preprocessor), preprocessor);
}

/** The resized image, cut or padded with black to the centre crop. */
export function resizeAndCrop(image: RgbImage, preprocessor: Preprocessor): RgbImage {
  const size = resizedSize(image, preprocessor);
  const crop = preprocessor.centerCrop ?? size;
  const top = Math.floor((size.height - crop.height) / 2);
  const left = Math.floor((size.width - crop.width) / 2);
  const window = {
    top: Math.max(0, top),
    left: Math.max(0, left),
    width: Math.min(size.width, crop.width),
    height: Math.min(size.height, crop.height),
  };
  const resized = resize(image, size, preprocessor.resize?.filter ?? 'box', window);
  return top < 0 || left < 0 ? padded(resized, crop, Math.max(0, -top), Math.max(0, -left)) : resized;
}

/** The long side of a shortest-edge target is truncated, as transformers does. */
function resizedSize(image: RgbImage, { resize }: Preprocessor): { width: number; height: number } {
  const { width, height } = image;
  if (resize === undefined) return { width, height };
  if ('width' in resize.size) return resize.size;
  const edge = resize.size.shortestEdge;
  return width <= height
    ? { width: edge, height: Math.trunc((edge * height) / width) }
    : { width: Math.trunc((edge * width) / height), height: edge };
}

function padded(
  image: RgbImage,
  size: { width: number; height: number },
  top: number,
  left: number,
): RgbImage {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let row = 0; row < image.height; row++) {
    const from = row * image.width * 3;
    data.set(image.data.subarray(from, from + image.width * 3), ((top + row) * size.width + left) * 3);
  }
  return { ...size, data };
}

/**
 * Rescaled and normalised values, channels first. A byte has 256 values, so each channel is one table.
 *
 * @returns [3, height, width]
 */
export function toPixelValues(image: RgbImage, preprocessor: Preprocessor): Float32Array {
  const { data } = image;
  const pixels = image.width * image.height;
  const values = new Float32Array(3 * pixels);
  const [red, green, blue] = [0, 1, 2].map((channel) => channelTable(preprocessor, channel)) as Tables;
  for (let pixel = 0, from = 0; pixel < pixels; pixel++, from += 3) {
    values[pixel] = red[data[from]!]!;
    values[pixels + pixel] = green[data[from + 1]!]!;
    values[2 * pixels + pixel] = blue[data[from + 2]!]!;
  }
  return values;
}

type Tables = [red: Float32Array, green: Float32Array, blue: Float32Array];

/** [256] the value of each byte, rounded to float32 after every step as NumPy does. */
function channelTable({ rescaleFactor, normalize }: Preprocessor, channel: number): Float32Array {
  const mean = Math.fround(normalize?.mean[channel] ?? 0);
  const std = Math.fround(normalize?.std[channel] ?? 1);
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const rescaled = Math.fround(rescaleFactor === undefined ? byte : byte * rescaleFactor);
    return Math.fround(rescaled - mean) / std;
  });
}

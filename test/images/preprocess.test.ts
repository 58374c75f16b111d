import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../src/images/decode.js';
import { preprocessImage, resizeAndCrop, toPixelValues } from '../../src/images/preprocess.js';
import { parsePreprocessor } from '../../src/images/preprocessor.js';
import { configOf, golden, pathOf, sha256 } from './golden-images.js';

const good = golden.files.filter(({ expected }) => expected === 'ok');

describe('preprocessing', () => {
  it.each(good)('gives the bytes and values of transformers for $file', async ({ file, processors }) => {
    const image = await decodeFile(pathOf(file));
    for (const [name, expected] of Object.entries(processors)) {
      const small = parsePreprocessor(configOf(name, 'small'));
      expect(sha256(resizeAndCrop(image, small).data), `${name} small`).toBe(expected.smallSha256);

      const real = parsePreprocessor(configOf(name, 'real'));
      const cropped = resizeAndCrop(image, real);
      expect(sha256(cropped.data), name).toBe(expected.realSha256);
      const values = toPixelValues(cropped, real);
      const plane = values.length / 3;
      expected.pixelValuesFirst.forEach((value, channel) => {
        expect(Math.abs(values[channel * plane]! - value), name).toBeLessThanOrEqual(4e-7);
      });
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean, name).toBeCloseTo(expected.pixelValuesMean, 4);
    }
  });

  it('takes a path, bytes or pixels alike', async () => {
    const preprocessor = parsePreprocessor(configOf('clip', 'small'));
    const pixels = await decodeFile(pathOf('rgb.png'));
    const fromPath = await preprocessImage(pathOf('rgb.png'), preprocessor);
    expect(await preprocessImage({ kind: 'pixels', ...pixels }, preprocessor)).toEqual(fromPath);
    expect(fromPath.length).toBe(3 * 64 * 64);
  });

  it('pads with black where the image is smaller than the crop', () => {
    const image = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30) };
    const preprocessor = parsePreprocessor({
      image_processor_type: 'CLIPImageProcessor',
      do_resize: false,
      do_rescale: false,
      do_normalize: false,
      crop_size: { height: 3, width: 2 },
    });
    const padded = resizeAndCrop(image, preprocessor);
    expect(padded).toMatchObject({ width: 2, height: 3 });
    expect([...toPixelValues(padded, preprocessor).slice(0, 6)]).toEqual([0, 0, 0, 10, 0, 0]);
  });
});

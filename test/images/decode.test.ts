import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { decodeFile, decodeImage } from '../../src/images/decode.js';
import { golden, pathOf, sha256 } from './golden-images.js';

describe('decoding', () => {
  it.each(golden.files.filter(({ expected }) => expected === 'ok'))(
    'gives the bytes of Pillow for $file',
    async ({ file, decodedSize, decodedSha256 }) => {
      const { width, height, data } = await decodeFile(pathOf(file));
      expect([width, height]).toEqual(decodedSize);
      expect(sha256(data)).toBe(decodedSha256);
    },
  );

  it.each(golden.files.filter(({ expected }) => expected === 'error'))(
    'refuses $file by its name',
    async ({ file }) => {
      const failure = await decodeFile(pathOf(file)).catch((thrown) => thrown);
      expect(failure).toBeInstanceOf(TurboError);
      expect(failure.what).toContain(pathOf(file));
      expect(failure.what).toMatch(/cannot be decoded: ./);
    },
  );

  it('says that a missing file does not exist', async () => {
    await expect(decodeFile('/no/such/picture.jpg')).rejects.toThrow('/no/such/picture.jpg does not exist');
  });

  it('refuses drawings', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    await expect(decodeImage(svg, 'a.svg')).rejects.toThrow('a.svg cannot be decoded: SVG');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { decodeFile, decodeImage } from '../../src/images/decode.js';
import { sha256 } from './golden-images.js';

const FOLDER = join(import.meta.dirname, '../fixtures/images/layouts');

/** Of Pillow 11.3, see `make.py` there. */
const layouts: {
  pillow: Record<string, [width: number, height: number, sha256: string] | null>;
  refused: Record<string, string>;
} = JSON.parse(readFileSync(join(FOLDER, 'layouts.json'), 'utf8'));

const readable = Object.keys(layouts.pillow).filter((file) => !(file in layouts.refused));

describe('decoding what libvips alone would show in other colours, or another way up', () => {
  it.each(readable)('gives the pixels of Pillow for %s', async (file) => {
    const { width, height, data } = await decodeFile(join(FOLDER, file));
    expect([width, height, sha256(data).slice(0, 16)]).toEqual(layouts.pillow[file]);
  });

  it.each(Object.entries(layouts.refused))('refuses %s, saying "%s"', async (file, reason) => {
    const failure = await decodeFile(join(FOLDER, file)).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(TurboError);
    expect(failure.what).toContain(reason);
  });
});

describe('a GIF with a transparent colour', () => {
  const transparent = readFileSync(join(FOLDER, 'transparent.gif'));
  const opaque = readFileSync(join(FOLDER, 'opaque.gif'));

  it('is decoded as if it were opaque, and its bytes stay as they were', async () => {
    const before = sha256(transparent);
    expect((await decodeImage(transparent)).data).toEqual((await decodeImage(opaque)).data);
    expect(sha256(transparent)).toBe(before);
  });

  it.each(['gif', 'tif'])(
    'or another picture (%s) that is cut off anywhere is refused by its name',
    async (kind) => {
      const whole = kind === 'gif' ? transparent : readFileSync(join(FOLDER, 'rgb-big.tif'));
      for (let length = 1; length < whole.length - 2; length += 7) {
        const failure = await decodeImage(whole.subarray(0, length), 'a').catch((thrown) => thrown);
        expect(failure, `${length} bytes`).toBeInstanceOf(TurboError);
        expect(failure.what).toMatch(/^image a cannot be decoded: ./);
      }
    },
  );
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pictureOfValues } from '../../src/images/decoded-values.js';
import { describedPng, readDescribedPng } from '../../src/images/described-png.js';

const file = join(mkdtempSync(join(tmpdir(), 'png-')), 'one.png');
const image = { width: 5, height: 4, data: Uint8Array.from({ length: 60 }, (_, at) => 4 * at) };
const written = async (description: unknown): Promise<Buffer> => {
  const png = await describedPng(image, description, 'turbo-bench 0');
  writeFileSync(file, png);
  return png;
};

describe('a PNG that says how it was made', () => {
  it('gives back pixels and words, whatever the words are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ prompt: fc.string({ unit: 'grapheme' }), steps: fc.integer(), more: fc.jsonValue() }),
        async (description) => {
          await written(description);
          const found = await readDescribedPng(file);
          expect(JSON.stringify(found!.description)).toBe(JSON.stringify(description));
          expect([...found!.image.data]).toEqual([...image.data]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps brackets at the end, which libvips cuts off elsewhere', async () => {
    await written({ prompt: 'a fox (drawn, ASCII, 3 components, 3 bytes)' });
    expect((await readDescribedPng(file))!.description).toEqual({
      prompt: 'a fox (drawn, ASCII, 3 components, 3 bytes)',
    });
  });

  it('is the same to the bit for the same picture', async () => {
    expect(await written({ a: 1 })).toEqual(await written({ a: 1 }));
  });

  it('is nothing when it is cut off anywhere, is no picture or is not there', async () => {
    const whole = await written({ prompt: 'a fox' });
    for (let length = 0; length < whole.length - 12; length += 7) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await readDescribedPng(file)).toBeUndefined();
    }
    writeFileSync(file, 'a fox');
    expect(await readDescribedPng(file)).toBeUndefined();
    expect(await readDescribedPng(`${file}.gone`)).toBeUndefined();
  });
});

describe('what an autoencoder decodes', () => {
  it('becomes bytes: −1 is black, 1 is white, and what is beyond is cut off', () => {
    const values = Float32Array.of(-1, 1, 0, 3, -3, 0.5, -0.5, Number.NaN, 1, -1, 1, 0);
    const { data, ...size } = pictureOfValues(values, { height: 2, width: 2 });
    expect(size).toEqual({ width: 2, height: 2 });
    expect([...data]).toEqual([0, 0, 255, 255, 191, 0, 128, 64, 255, 255, 0, 128]);
  });
});

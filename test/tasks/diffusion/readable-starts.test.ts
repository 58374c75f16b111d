import { describe, expect, it } from 'vitest';
import type { PictureRequest } from '../../../src/tasks/diffusion/picture-requests.js';
import { readableStarts } from '../../../src/tasks/diffusion/readable-starts.js';

const from = (name: string | null): PictureRequest => ({
  prompt: `of ${name}`,
  label: null,
  start:
    name === null ? null : { id: name, image: { kind: 'file', path: `test/fixtures/images/files/${name}` } },
});

describe('pictures to start from', () => {
  it('are left out and named when they cannot be decoded, each time that they are asked for', async () => {
    const wanted = ['baseline.jpg', 'truncated.png', 'rgb.png', 'truncated.png'].map(from);
    const { requests, badSamples } = await readableStarts(wanted);
    expect(requests.map(({ prompt }) => prompt)).toEqual(['of baseline.jpg', 'of rgb.png']);
    expect(badSamples.map(({ index, id }) => [index, id])).toEqual([
      [1, 'truncated.png'],
      [3, 'truncated.png'],
    ]);
    expect(badSamples[0]!.reason).not.toBe('');
  });

  it('are all there where pictures are made from noise', async () => {
    expect(await readableStarts([from(null)])).toEqual({ requests: [from(null)], badSamples: [] });
  });

  it('are said to be broken when none is left', async () => {
    await expect(readableStarts([from('truncated.png')])).rejects.toThrow(/can be decoded/);
  });
});

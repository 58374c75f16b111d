import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/images/decode.js';

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** An RGB PNG of this size as its header has it, with a few pixels. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

/** A whole GIF of one colour in 35 bytes, whatever its size. */
function gif(width: number, height: number): Buffer {
  const bytes = Buffer.from(
    'GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\0\0\0\0\0\x02\x02D\x01\0;',
    'latin1',
  );
  for (const [at, side] of [
    [6, width],
    [8, height],
    [24, width],
    [26, height],
  ] as const)
    bytes.writeUInt16LE(side, at);
  return bytes;
}

describe('a picture of a few bytes', () => {
  it.each([
    ['PNG of 100,000 × 100,000', png(100_000, 100_000)],
    ['PNG of 9,460 × 9,460', png(9460, 9460)],
    ['GIF of 65,535 × 65,535', gif(65_535, 65_535)],
    ['GIF of 16,000 × 16,000', gif(16_000, 16_000)],
  ])('that claims to be a %s is refused before it is decoded', async (_, bytes) => {
    const before = process.resourceUsage().maxRSS;
    await expect(decodeImage(bytes)).rejects.toThrow('it has more than 89,478,485 pixels');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
  });

  it('is read where its size is usual', async () => {
    expect(await decodeImage(gif(300, 200))).toMatchObject({ width: 300, height: 200 });
  });

  it('that is a drawing with a million copies of a word in it is refused', async () => {
    const levels = Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`);
    const drawing = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a0 "word">${levels.join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a9;</text></svg>`;
    await expect(decodeImage(Buffer.from(drawing))).rejects.toThrow('cannot be decoded');
  });
});

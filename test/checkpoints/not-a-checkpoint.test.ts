import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openPytorchFile } from '../../src/checkpoints/pytorch-file.js';
import { refusal } from './refusal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'no-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first block of a tar archive with one entry. */
function tar(): Buffer {
  const block = Buffer.alloc(1024);
  block.write('sys_info');
  block.write('ustar  ', 257);
  return block;
}

describe('a file that is no checkpoint', () => {
  it.each<[string, string | Uint8Array, RegExp, RegExp]>([
    ['an empty file', '', /is empty/, /again/],
    ['a tar archive', tar(), /tar archive/, /load an old checkpoint with PyTorch and save it again/],
    ['a compressed file', gzipSync('weights'), /gzip/, /unpack/],
    ['a web page', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>', /web page.*download/, /browser/],
    ['a web page in lower case', '<html lang="en">', /web page/, /browser/],
    ['an error of a bucket', '<?xml version="1.0"?><Error><Code>AccessDenied</Code>', /web page/, /browser/],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      /Git LFS/,
      /git lfs pull/,
    ],
    ['a text', 'Größe: 3\n', /is a text[\s\S]*Größe: 3/, /check the path/],
    ['other bytes', Uint8Array.of(0, 1, 2, 255), /not a checkpoint[\s\S]*000102ff/, /check the path/],
    [
      'a pickle that torch.save did not write',
      Buffer.from('\x80\x02}.', 'latin1'),
      /not one of torch\.save/,
      /torch\.save/,
    ],
    ['a zip archive of other files', emptyZipEntry(), /no data\.pkl/, /unpack it/],
  ])('is told apart and refused: %s', async (_, content, what, next) => {
    const file = path.join(folder, 'model.pth');
    writeFileSync(file, content);
    const error = await refusal(() => openPytorchFile(file));
    expect(error.message).toMatch(what);
    expect(error.parts.where).toBe(file);
    expect(error.parts.allowed).toMatch(/torch\.save/);
    expect(error.parts.next).toMatch(next);
  });
});

/** A zip archive with the empty file `a`. */
function emptyZipEntry(): Buffer {
  const local = Buffer.alloc(31);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(1, 26);
  local.write('a', 30);
  const central = Buffer.alloc(47);
  central.writeUInt32LE(0x02014b50);
  central.writeUInt16LE(1, 28);
  central.write('a', 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

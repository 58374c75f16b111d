/** Checkpoints, arrays and their indices, damaged: read or refused, soon, in little memory, and no other file is touched. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { readNpz } from '../../src/checkpoints/npz.js';
import { openWeights } from '../../src/checkpoints/weights.js';
import { damagedBytes, damagedJson, TELLING_TEXTS } from './damage.js';
import { hostileFolder } from './hostile-folder.js';
import { withstandsAll } from './withstands.js';

vi.mock('node:fs', async (original) => (await import('./watched-files.js')).watched(await original()));

const fixtures = join(import.meta.dirname, '../fixtures');
const { path: folder, put } = hostileFolder();

async function readAll(location: string): Promise<void> {
  const weights = await openWeights(location);
  try {
    for (const name of weights.names()) weights.readBytes(name);
  } finally {
    weights.close();
  }
}

/** A safetensors file with this header, right or wrong, and as many bytes as it says behind it. */
function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(JSON.stringify(header) ?? '');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

describe('a damaged checkpoint', () => {
  it.each([
    ['every-dtype.safetensors', 50],
    ['views.bin', 60],
    ['legacy-views.bin', 60],
    ['training.bin', 50],
    ['zip64.bin', 50],
  ])('is read or refused: %s', async (name, few) => {
    const whole = readFileSync(join(fixtures, 'checkpoints', name));
    await withstandsAll(damagedBytes(whole), (bytes) => readAll(put(name, bytes)), { folder, few });
  });

  it('is read or refused when its header says something else', async () => {
    const header = {
      __metadata__: { format: 'pt' },
      a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      b: { dtype: 'I8', shape: [8], data_offsets: [24, 32] },
    };
    await withstandsAll(
      damagedJson(header),
      (other) => readAll(put('header.safetensors', safetensors(other, 32))),
      { folder, few: 80 },
    );
  });

  it('is read or refused, and nothing beside it is read, when its index says something else', async () => {
    put('sharded/one.safetensors', safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 4));
    const index = { metadata: { total_size: 8 }, weight_map: { a: 'one.safetensors', b: 'one.safetensors' } };
    const named = fc.constantFrom(...TELLING_TEXTS).map((name) => ({ weight_map: { a: name } }));
    await withstandsAll(
      fc.oneof(damagedJson(index), named),
      (other) => {
        put('sharded/model.safetensors.index.json', other);
        return readAll(join(folder, 'sharded'));
      },
      { folder: join(folder, 'sharded'), few: 80 },
    );
  });
});

describe('a damaged archive of arrays', () => {
  it.each(['stored.npz', 'deflated.npz', 'fortran.npz', 'structured.npz'])(
    'is read or refused: %s',
    async (name) => {
      const whole = readFileSync(join(fixtures, 'npz', name));
      await withstandsAll(damagedBytes(whole), (bytes) => readNpz(put(name, bytes), ['mu', 'sigma']), {
        ...{ folder, few: 40 },
      });
    },
  );
});

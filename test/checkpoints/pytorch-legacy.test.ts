import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPytorchFile } from '../../src/checkpoints/pytorch-file.js';
import { fixture } from './expected.js';
import { type LegacyParts, legacyCheckpoint } from './legacy-checkpoint.js';
import { refusal } from './refusal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'legacy-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'model.pth');

function write(bytes: Uint8Array): string {
  writeFileSync(file, bytes);
  return file;
}

/** Values of all tensors. */
function read(parts: LegacyParts): Record<string, number[]> {
  const source = openPytorchFile(write(legacyCheckpoint(parts)));
  const values = [...source.tensors.keys()].map((name) => [
    name,
    [...new Float32Array(source.readBytes(name).buffer)],
  ]);
  source.close();
  return Object.fromEntries(values);
}

const tensor = { name: 'weight', key: 'a', count: 3, shape: 3 };

describe('the format from before PyTorch 1.6', () => {
  it('gives each tensor its storage, in the order of the list of keys', () => {
    const tensors = [
      { ...tensor, name: 'first', key: 'b' },
      { ...tensor, name: 'second', key: 'a', shape: 2 },
      { ...tensor, name: 'again', key: 'b', shape: 1 },
    ];
    const storages = [{ values: [1, 2, 3] }, { values: [4, 5, 6] }];
    expect(read({ tensors, keys: ['a', 'b'], storages })).toEqual({
      first: [4, 5, 6],
      second: [1, 2],
      again: [4],
    });
  });

  it('reads storages that view a part of another, as PyTorch 0.x wrote them', () => {
    const tensors = [{ ...tensor, shape: 2, view: ['v', 1, 2] as const }];
    expect(read({ tensors, keys: ['a'] })).toEqual({ weight: [2, 3] });
  });

  it('holds only what is asked for of a file larger than the memory that Node may use', () => {
    const large = { ...tensor, name: 'large', key: 'b', count: 2 ** 30, shape: 2 ** 30 };
    const whole = legacyCheckpoint({
      tensors: [tensor, large],
      storages: [{ values: [7, 8, 9] }, { values: [], count: 2n ** 30n }],
    });
    write(whole);
    truncateSync(file, whole.length + 4 * 2 ** 30);
    const before = process.memoryUsage().rss;
    const source = openPytorchFile(file);
    expect([...new Float32Array(source.readBytes('weight').buffer)]).toEqual([7, 8, 9]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    source.close();
  });

  it.each<[string, LegacyParts, RegExp]>([
    ['another magic number', { magic: 'K\x01' }, /not one of torch\.save/],
    ['another version', { version: 1002 }, /unknown version[\s\S]*1002[\s\S]*1001/],
    ['the other byte order', { littleEndian: '\x89' }, /byte order/],
    ['a key that no tensor has', { keys: ['a', 'b'] }, /lists a storage b that no tensor has/],
    ['a key twice', { keys: ['a', 'a'] }, /lists the storage a twice/],
    ['a storage without a key', { keys: [], storages: [] }, /does not list the storage a of a tensor/],
    [
      'another element count before a storage',
      { storages: [{ values: [1, 2, 3], count: 2n }] },
      /storage a \(1 of 1\) states 2 elements, but the tensors say 3/,
    ],
    ['a negative element count', { storages: [{ values: [1, 2, 3], count: -1n }] }, /states -1 elements/],
    [
      'a storage larger than the file',
      {
        tensors: [{ ...tensor, count: 2 ** 31 - 1 }],
        storages: [{ values: [1], count: 2n ** 31n - 1n }],
      },
      /ends before the end of storage a \(1 of 1\)/,
    ],
    [
      'one storage with two sizes',
      { tensors: [tensor, { ...tensor, name: 'other', count: 2, shape: 2 }], keys: ['a'] },
      /describes the storage a in two ways/,
    ],
    [
      'one storage with two types',
      { tensors: [tensor, { ...tensor, name: 'other', storageClass: 'IntStorage' }], keys: ['a'] },
      /describes the storage a in two ways/,
    ],
    ['a tensor beyond its storage', { tensors: [{ ...tensor, shape: 4 }] }, /beyond its storage/],
    [
      'a view beyond its storage',
      { tensors: [{ ...tensor, view: ['v', 2, 2] }] },
      /beyond the one that it is a part of/,
    ],
    ['one name twice', { tensors: [tensor, tensor], keys: ['a'] }, /"weight" of a dict twice/],
    [
      'a storage class that weights do not have',
      { tensors: [{ ...tensor, storageClass: 'QUInt8Storage' }] },
      /torch\.QUInt8Storage/,
    ],
  ])('is refused with %s', async (_, parts, said) => {
    const error = await refusal(() => read(parts));
    expect(error.message).toMatch(said);
    expect(error.parts).toMatchObject({ where: file, next: expect.any(String) });
  });

  it('is refused when cut off in a pickle or in a storage', async () => {
    const whole = readFileSync(fixture('legacy.bin'));
    for (let length = 0; length < whole.length; length += 13) {
      const error = await refusal(() => openPytorchFile(write(whole.subarray(0, length))));
      expect(error.parts.where).toBe(file);
      expect(error.parts.next).toMatch(/again|check the path/);
    }
    const inStorage = await refusal(() => openPytorchFile(write(whole.subarray(0, -1))));
    expect(inStorage.message).toMatch(/ends before the end of storage \d+ \(7 of 7\).*truncated/);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openByteFile } from '../../src/checkpoints/byte-file.js';
import { npyBytes, parseNpy } from '../../src/checkpoints/npy.js';
import { readNpz, writeNpz } from '../../src/checkpoints/npz.js';
import { readZipDirectory } from '../../src/checkpoints/zip.js';
import { goldenJson } from '../fixtures/golden-file.js';
import { refusal } from './refusal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'npz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/npz/${name}`, import.meta.url));
const expected = goldenJson<{ mu: number[]; sigma: number[] }>('npz/expected.json');

/** A copy of a fixture with other bytes. */
function changed(name: string, change: (bytes: Buffer) => Buffer): string {
  const file = path.join(folder, `${Math.random()}.npz`);
  writeFileSync(file, change(readFileSync(fixture(name))));
  return file;
}

describe('an .npz of NumPy', () => {
  it.each(['stored.npz', 'deflated.npz'])('is read bit for bit: %s', (name) => {
    const { mu, sigma } = readNpz(fixture(name), ['mu', 'sigma']);
    expect(mu.shape).toEqual([6]);
    expect([...mu.data]).toEqual(expected.mu);
    expect(sigma.shape).toEqual([6, 6]);
    expect([...sigma.data]).toEqual(expected.sigma);
  });

  it('is widened from float32', () => {
    const { sigma } = readNpz(fixture('float32.npz'), ['sigma']);
    expect([...sigma.data]).toEqual(expected.sigma.map(Math.fround));
  });

  it("is turned from Fortran's order, and may be a scalar or empty", () => {
    const { a, b, c } = readNpz(fixture('fortran.npz'), ['a', 'b', 'c']);
    expect(a).toEqual({ shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) });
    expect(b).toEqual({ shape: [], data: Float64Array.of(7.5) });
    expect(c).toEqual({ shape: [0, 3], data: new Float64Array() });
  });

  it('is written with the very arrays that NumPy writes', async () => {
    const file = path.join(folder, 'written.npz');
    await writeNpz(file, readNpz(fixture('stored.npz'), ['mu', 'sigma']));
    const [own, numpys] = [openByteFile(file), openByteFile(fixture('stored.npz'))];
    const [ours, theirs] = [readZipDirectory(own), readZipDirectory(numpys)];
    expect([...ours.keys()]).toEqual(['mu.npy', 'sigma.npy']);
    for (const [name, entry] of ours) {
      const other = theirs.get(name)!;
      expect(own.read(entry.offset, entry.byteLength)).toEqual(numpys.read(other.offset, other.byteLength));
      expect(entry.checksum).toBe(other.checksum);
    }
    own.close();
    numpys.close();
  });

  it('holds any array through writing and reading', async () => {
    const file = path.join(folder, 'any.npz');
    const numbers = fc.double();
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { maxLength: 12 }),
        fc.stringMatching(/^[a-zä]{1,9}$/),
        async (values, name) => {
          const data = Float64Array.from(values);
          await writeNpz(file, { [name]: { shape: [data.length], data } });
          expect(readNpz(file, [name])).toEqual({ [name]: { shape: [data.length], data } });
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a broken .npz', () => {
  const noContent = (bytes: Buffer, name: string) => bytes.indexOf(name) + name.length;
  const cases: [string, () => string, RegExp][] = [
    [
      'that is cut off',
      () => changed('deflated.npz', (bytes) => bytes.subarray(0, 400)),
      /end record is missing/,
    ],
    ['that is empty', () => changed('stored.npz', () => Buffer.alloc(0)), /not an \.npz archive/],
    [
      'that is a picture',
      () => changed('stored.npz', () => Buffer.from('\x89PNG\r\n', 'latin1')),
      /not an \.npz archive/,
    ],
    [
      'that does not inflate',
      () =>
        changed('deflated.npz', (bytes) => {
          bytes.fill(0xff, noContent(bytes, 'sigma.npy') + 25, noContent(bytes, 'sigma.npy') + 60);
          return bytes;
        }),
      /sigma\.npy (cannot be inflated|has \d+ bytes, not 416|does not have its checksum)/,
    ],
    [
      'with a changed number',
      () =>
        changed('stored.npz', (bytes) => {
          bytes[bytes.indexOf('PK\x03\x04', 40, 'latin1') - 1]! ^= 1;
          return bytes;
        }),
      /mu\.npy does not have its checksum/,
    ],
    [
      'without the array',
      () => fixture('no-mu.npz'),
      /has no array mu.*\["mean","sigma"\].*this one has one of: mean, sigma/s,
    ],
    ['of Python objects', () => fixture('objects.npz'), /Python objects.*\|O/s],
    ['of records', () => fixture('structured.npz'), /no numbers that turbo-bench reads.*<f8/s],
    ['of another byte order', () => fixture('big-endian.npz'), /little-endian.*astype/s],
    ['of integers', () => fixture('integers.npz'), /no numbers that turbo-bench reads.*<i8/s],
  ];
  it.each(cases)('%s is refused with its path', async (_, make, reason) => {
    const file = make();
    const { message } = await refusal(() => readNpz(file, ['mu', 'sigma']));
    expect(message).toMatch(reason);
    expect(message).toContain(file);
  });

  it('cannot claim more than it inflates to, nor inflate to more than it claims', async () => {
    const bomb = deflateRawSync(Buffer.alloc(1 << 20));
    const inflates = changed('deflated.npz', (bytes) => {
      // The directory's entry of mu.npy: stored size at 20, content size at 24, offset of the local header at 42.
      const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
      const entry = bytes.indexOf('mu.npy', central) - 46;
      const local = bytes.readUInt32LE(entry + 42);
      const content = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      bomb.copy(bytes, content, 0, bytes.readUInt32LE(entry + 20));
      return bytes;
    });
    expect((await refusal(() => readNpz(inflates, ['mu']))).message).toMatch(/mu\.npy cannot be inflated/);
    const claims = changed('deflated.npz', (bytes) => {
      bytes.writeUInt32LE(
        0x7fffffff,
        bytes.indexOf('mu.npy', bytes.indexOf('PK\x01\x02', 0, 'latin1')) - 46 + 24,
      );
      return bytes;
    });
    expect((await refusal(() => readNpz(claims, ['mu']))).message).toMatch(/claims 2147483647 bytes/);
  });
});

describe('an .npy array', () => {
  const array = { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) };
  const altered = (change: (bytes: Buffer) => Buffer) => () =>
    parseNpy(new Uint8Array(change(Buffer.from(npyBytes(array)))), 'x.npy');

  it('may have the long header of version 2 and the long integers of Python 2', () => {
    const text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 2L), }\n";
    const head = Buffer.alloc(12);
    head.write('\x93NUMPY\x02\x00', 'latin1');
    head.writeUInt32LE(text.length, 8);
    const bytes = Buffer.concat([head, Buffer.from(text), Buffer.from(array.data.buffer)]);
    expect(parseNpy(new Uint8Array(bytes), 'x.npy')).toEqual(array);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['of another format', altered((bytes) => bytes.fill(0, 0, 1)), /does not begin with/],
    ['cut off in its header', altered((bytes) => bytes.subarray(0, 40)), /header is cut off/],
    ['cut off before its header', altered((bytes) => bytes.subarray(0, 9)), /header is cut off/],
    [
      'cut off in its data',
      altered((bytes) => bytes.subarray(0, bytes.length - 1)),
      /31 bytes of data, 32 are needed for \(2, 2\)/,
    ],
    [
      'with more than its shape says',
      altered((bytes) => Buffer.concat([bytes, bytes])),
      /bytes of data, 32 are needed/,
    ],
    [
      'without a shape',
      altered((bytes) => Buffer.from(bytes.toString('latin1').replace("'shape'", "'shade'"), 'latin1')),
      /not the dictionary/,
    ],
  ])('%s is refused', async (_, parse, reason) => {
    expect((await refusal(parse)).message).toMatch(reason);
  });
});

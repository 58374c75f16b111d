import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dtype, dtypeByteWidth, dtypes, elementCount } from '../../src/checkpoints/dtype.js';
import { openSafetensors } from '../../src/checkpoints/safetensors.js';
import { readTensors, type Tensor, typedArray, writeTensors } from '../../src/checkpoints/tensors.js';
import { expectedTensors, fixture, shortDigest } from './expected.js';
import { refusal } from './refusal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file from a header, written down as it is, and `dataBytes` zeros. */
function written(header: unknown, dataBytes: number, claimedLength?: bigint): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimedLength ?? BigInt(json.length));
  const file = path.join(folder, 'made.safetensors');
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
  return file;
}

const refused = async (header: unknown, dataBytes = 0, claimedLength?: bigint): Promise<string> =>
  (await refusal(() => openSafetensors(written(header, dataBytes, claimedLength)))).message;

const floats = (begin: number, end: number): unknown => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
});

describe('reading', () => {
  it('reads every dtype as the safetensors library wrote it', () => {
    const tensors = readTensors(fixture('every-dtype.safetensors'));
    const expected = expectedTensors('every-dtype.safetensors');
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { dtype, shape, data }] of tensors) {
      expect({ dtype, shape, stored: shortDigest(data) }).toEqual({
        dtype: expected[name]!.dtype,
        shape: expected[name]!.shape,
        stored: expected[name]!.stored,
      });
    }
    expect(tensors.get('i64')!.data).toEqual(BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n));
  });

  it('knows where the bytes of a tensor lie', () => {
    const source = openSafetensors(fixture('every-dtype.safetensors'));
    const { file, offset, byteLength } = source.tensors.get('f32')!.location!;
    expect(readFileSync(file).subarray(offset, offset + byteLength)).toEqual(
      Buffer.from(source.readBytes('f32')),
    );
    source.close();
  });

  it('takes a file without tensors', () => {
    expect(readTensors(written({}, 0)).size).toBe(0);
  });
});

describe('writing', () => {
  it('writes the same bytes as the safetensors library', async () => {
    const original = fixture('every-dtype.safetensors');
    const copy = path.join(folder, 'copy.safetensors');
    await writeTensors(copy, readTensors(original));
    expect(readFileSync(copy)).toEqual(readFileSync(original));
  });

  it('gives back whatever was written', async () => {
    const tensor = fc
      .record({
        dtype: fc.constantFrom(...dtypes),
        shape: fc.array(fc.nat(4), { maxLength: 4 }),
        seed: fc.nat(255),
      })
      .map(({ dtype, shape, seed }) => {
        const bytes = new Uint8Array(elementCount(shape) * dtypeByteWidth[dtype]).fill(seed);
        return { dtype, shape, data: typedArray<Dtype>(dtype, bytes.buffer) } as Tensor;
      });
    const file = path.join(folder, 'property.safetensors');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), tensor), async (tensors) => {
        const given = new Map(Object.entries(tensors).filter(([name]) => name !== '__metadata__'));
        await writeTensors(file, given);
        const back = readTensors(file);
        expect(back.size).toBe(given.size);
        for (const [name, value] of given) expect(back.get(name)).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  it('says so when the folder cannot be written, and leaves no half file', async () => {
    const error = await refusal(() => writeTensors('/proc/nowhere/out.safetensors', new Map()));
    expect(error.message).toContain('/proc/nowhere/out.safetensors');
  });
});

describe('a file that is not sound', () => {
  it('is refused when cut off at any byte', async () => {
    const whole = readFileSync(fixture('every-dtype.safetensors'));
    const file = path.join(folder, 'cut.safetensors');
    for (const length of [0, 7, 8, 50, 300, whole.length - 20, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect((await refusal(() => openSafetensors(file))).parts.where).toBe(file);
    }
  });

  it('is refused when bytes are left over', async () => {
    expect(await refused({ a: floats(0, 8) }, 12)).toContain(
      '4 bytes at the end of the file belong to no tensor',
    );
  });

  it('is refused when tensors overlap', async () => {
    expect(await refused({ a: floats(0, 8), b: floats(4, 12) }, 12)).toContain('bytes of b overlap');
  });

  it('is refused when there is a gap between tensors', async () => {
    expect(await refused({ a: floats(0, 4), b: floats(8, 12) }, 12)).toContain('4 bytes before b');
  });

  it('is refused when dtype and shape disagree with the byte count', async () => {
    const header = { a: { dtype: 'F16', shape: [3], data_offsets: [0, 8] } };
    expect(await refused(header, 8)).toContain('a is float16 [3], 6 bytes, but its range has 8');
  });

  it('is refused when a shape multiplies beyond all bounds', async () => {
    const header = { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } };
    expect(await refused(header, 8)).toContain('its range has 8');
  });

  it.each([
    ['negative offsets', { dtype: 'F32', shape: [1], data_offsets: [-4, 0] }],
    ['reversed offsets', { dtype: 'F32', shape: [1], data_offsets: [4, 0] }],
    ['a fractional size', { dtype: 'F32', shape: [1.5], data_offsets: [0, 6] }],
    ['a negative size', { dtype: 'F32', shape: [-1], data_offsets: [0, 4] }],
    [
      'offsets beyond what a number holds',
      { dtype: 'F32', shape: [1], data_offsets: [2 ** 60, 2 ** 60 + 4] },
    ],
    ['an unknown field', { dtype: 'F32', shape: [1], data_offsets: [0, 4], strides: [1] }],
    ['no offsets', { dtype: 'F32', shape: [1] }],
    ['a list instead of an entry', []],
    ['nothing instead of an entry', null],
  ])('is refused with %s', async (_, entry) => {
    expect(await refused({ a: entry }, 4)).toMatch(/\ba\b/);
  });

  it('is refused with an unknown dtype, and says which are known', async () => {
    const header = { a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } };
    expect(await refused(header, 4)).toMatch(/F8_E4M3[\s\S]*one of: BOOL, U8/);
  });

  it.each([
    ['plainly', '"a":X,"a":X'],
    ['behind an escape', '"a":X,"\\u0061":X'],
  ])('is refused when a tensor is named twice, %s', async (_, entries) => {
    const text = `{${entries.replaceAll('X', JSON.stringify(floats(0, 4)))}}`;
    expect(await refused(text, 4)).toContain('the same key twice');
  });

  it('is refused when a field is given twice', async () => {
    const text = '{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}';
    expect(await refused(text, 4)).toContain('the same key twice');
  });

  it('is refused when its metadata is not text', async () => {
    expect(await refused({ __metadata__: { steps: 3 } })).toContain('__metadata__');
  });

  it('is refused when its header is a bomb of brackets', async () => {
    const depth = 1_000_000;
    expect(await refused(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toContain('nested more than 3');
  });

  it('is refused when its header claims to be enormous, before it is read', async () => {
    expect(await refused({}, 0, 2n ** 63n)).toContain('at most 100000000');
    expect(await refused({}, 0, 100_000_000n)).toContain('the file has');
  });

  it.each([
    ['is a list', '[]'],
    ['is cut off', '{"a":'],
    ['begins with a space', ' {}'],
    ['is empty', ''],
    ['never closes its text', '{"a'],
  ])('is refused when its header %s', async (_, text) => {
    expect(await refused(text)).toContain('made.safetensors');
  });

  it('is refused when its header is not UTF-8', async () => {
    const file = path.join(folder, 'latin1.safetensors');
    writeFileSync(file, Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x7d]));
    expect((await refusal(() => openSafetensors(file))).message).toContain('UTF-8');
  });

  it('is refused when it is a Git LFS pointer, with the command that fetches the file', async () => {
    const file = path.join(folder, 'pointer.safetensors');
    writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n');
    expect((await refusal(() => openSafetensors(file))).message).toContain('git lfs pull');
  });

  it('is refused when it is a folder or absent', async () => {
    expect((await refusal(() => openSafetensors(folder))).message).toContain('not a regular file');
    expect((await refusal(() => openSafetensors(path.join(folder, 'none')))).message).toContain(
      'does not exist',
    );
  });

  it('never makes the reader fail in another way, whatever byte of it is changed', async () => {
    const whole = readFileSync(fixture('every-dtype.safetensors'));
    const file = path.join(folder, 'changed.safetensors');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        writeFileSync(file, changed);
        try {
          readTensors(file);
        } catch {
          await refusal(() => readTensors(file));
        }
      }),
      { numRuns: 300 },
    );
  });
});

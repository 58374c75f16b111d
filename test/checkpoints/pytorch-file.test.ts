import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openPytorchFile } from '../../src/checkpoints/pytorch-file.js';
import { expectedTensors, fixture, shortDigest } from './expected.js';
import { legacyCheckpoint } from './legacy-checkpoint.js';
import { refusal } from './refusal.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function describedTensors(file: string): Record<string, unknown> {
  const source = openPytorchFile(file);
  const described = [...source.tensors.values()].map(({ name, dtype, shape }) => [
    name,
    { dtype, shape, stored: shortDigest(source.readBytes(name)) },
  ]);
  source.close();
  return Object.fromEntries(described);
}

function expectedStored(name: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expectedTensors(name)).map(([key, { dtype, shape, stored }]) => [
      key,
      { dtype, shape, stored },
    ]),
  );
}

function changed(name: string, from: string, to: string): string {
  const file = path.join(folder, name);
  const bytes = readFileSync(fixture(name));
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThan(-1);
  bytes.write(to, at, 'latin1');
  writeFileSync(file, bytes);
  return file;
}

describe('a checkpoint of torch.save', () => {
  it.each([
    ['views of every kind, shared storages and every storage class', 'views.bin'],
    ['pickle protocol 4', 'protocol-4.bin'],
    ['pickle protocol 5', 'protocol-5.bin'],
    ['a zip64 archive', 'zip64.bin'],
    ['weights below training state', 'training.bin'],
    ['weights beside an optimizer with tensors of its own', 'run.bin'],
    ['the format from before PyTorch 1.6', 'legacy.bin'],
    ['that format in pickle protocol 4', 'legacy-protocol-4.bin'],
    ['that format with views and every storage class', 'legacy-views.bin'],
    ['that format with weights beside an optimizer', 'legacy-run.bin'],
  ])('is read as PyTorch reads it: %s', (_, name) => {
    expect(describedTensors(fixture(name))).toEqual(expectedStored(name));
  });

  it.each(['views.bin', 'legacy-views.bin'])(
    'tells where contiguous tensors of %s lie, and only those',
    (name) => {
      const source = openPytorchFile(fixture(name));
      const scattered = [...source.tensors.values()].filter(({ location }) => location === undefined);
      expect(scattered.map(({ name }) => name).sort()).toEqual(
        ['columns', 'every-second', 'expanded', 'half', 'permuted', 'transposed'].sort(),
      );
      for (const { name, location } of source.tensors.values()) {
        if (location === undefined) continue;
        const { file, offset, byteLength } = location;
        const stored = readFileSync(file).subarray(offset, offset + byteLength);
        expect(stored).toEqual(Buffer.from(source.readBytes(name)));
      }
      source.close();
    },
  );
});

describe('a checkpoint that would run something', () => {
  it.each([
    ['runs-system.bin', /posix\.system|os\.system/],
    ['runs-eval.bin', /builtins\.eval/],
    ['runs-chain.bin', /__builtin__\.reduce/],
    ['legacy-runs-system.bin', /posix\.system|os\.system/],
    ['legacy-runs-eval.bin', /builtins\.eval/],
    ['legacy-runs-chain.bin', /__builtin__\.reduce/],
  ])('is refused by the name of what it asks for: %s', async (name, asked) => {
    const error = await refusal(() => openPytorchFile(fixture(name)));
    expect(error.message).toMatch(asked);
    expect(error.message).toContain('torch._utils._rebuild_tensor_v2');
    expect(error.message).toContain('nothing was run');
    expect(existsSync('/tmp/turbo-bench-was-here')).toBe(false);
  });
});

describe('a checkpoint that is not sound', () => {
  it('is refused when its entries are compressed', async () => {
    expect((await refusal(() => openPytorchFile(fixture('compressed.bin')))).message).toContain('compressed');
  });

  it('is refused when cut off at any byte', async () => {
    const whole = readFileSync(fixture('protocol-4.bin'));
    const file = path.join(folder, 'cut.bin');
    for (const length of [0, 3, 4, 700, whole.length - 40, whole.length - 22, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect((await refusal(() => openPytorchFile(file))).parts.where).toBe(file);
    }
  });

  it('is refused when it was written in the other byte order', async () => {
    expect(
      (await refusal(() => openPytorchFile(changed('protocol-4.bin', 'little', 'big   ')))).message,
    ).toContain('byte order');
  });

  it('is refused when a storage is of an unknown class', async () => {
    const file = changed('protocol-4.bin', 'FloatStorage', 'QUInt4Storag');
    expect((await refusal(() => openPytorchFile(file))).message).toContain('torch.QUInt4Storag');
  });

  it('is refused when it holds no tensors, with the keys that it has', async () => {
    const file = path.join(folder, 'empty.pth');
    writeFileSync(file, legacyCheckpoint({ tensors: [] }));
    const error = await refusal(() => openPytorchFile(file));
    expect(error.message).toContain('state_dict or model');
    expect(error.parts.next).toContain('model.state_dict()');
  });

  it.each(['views.bin', 'legacy-views.bin'])(
    'never makes the reader fail in another way, whatever byte of %s is changed',
    async (name) => {
      const whole = readFileSync(fixture(name));
      const file = path.join(folder, 'changed.bin');
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
          const bytes = Buffer.from(whole);
          bytes[at] = value;
          writeFileSync(file, bytes);
          try {
            describedTensors(file);
          } catch {
            await refusal(() => describedTensors(file));
          }
        }),
        { numRuns: 400 },
      );
    },
  );
});

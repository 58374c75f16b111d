import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpointFile, openWeights } from '../../src/checkpoints/weights.js';
import { expectedTensors, fixture, modelFixture, shortDigest } from './expected.js';
import { refusal } from './refusal.js';

const root = mkdtempSync(path.join(tmpdir(), 'weights-'));
const folder = path.join(root, 'model');
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const place = (name: string, source = 'every-dtype.safetensors'): void =>
  copyFileSync(fixture(source), path.join(folder, name));
const write = (name: string, content: unknown): void =>
  writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const index = (weightMap: unknown): void => write('model.safetensors.index.json', { weight_map: weightMap });
const opened = async (variant?: string): Promise<string[]> => {
  const weights = await openWeights(folder, variant === undefined ? {} : { variant });
  weights.close();
  return weights.files.map((file) => path.basename(file));
};

describe('openWeights', () => {
  it.each(['vit', 'vit-float16', 'clip-sharded', 'clip-legacy-eos'])(
    'reads %s as PyTorch reads it',
    async (name) => {
      const weights = await openWeights(modelFixture(name));
      const expected = expectedTensors(name);
      expect(weights.names()).toEqual(Object.keys(expected).sort());
      for (const [tensor, { dtype, shape, stored, float32 }] of Object.entries(expected)) {
        expect(weights.info(tensor)).toMatchObject({ name: tensor, dtype, shape });
        expect(shortDigest(weights.readBytes(tensor)), tensor).toBe(stored);
        if (float32) expect(shortDigest(weights.readFloat32(tensor)), tensor).toBe(float32);
      }
      weights.close();
    },
  );

  it('widens bfloat16 and rounds float64, but does not make floats of integers', async () => {
    const weights = await openWeights(fixture('every-dtype.safetensors'));
    const expected = expectedTensors('every-dtype.safetensors');
    for (const name of ['bf16', 'f16', 'f64', 'f32', 'scalar', 'empty']) {
      expect(shortDigest(weights.readFloat32(name)), name).toBe(expected[name]!.float32);
    }
    expect((await refusal(() => weights.readFloat32('i64'))).message).toContain('int64');
    weights.close();
  });

  it('holds only what is asked for of a file larger than the memory that Node may use', async () => {
    const fiveGiB = 5 * 2 ** 30;
    const shape = { dtype: 'F16', shape: [fiveGiB / 2 - 4], data_offsets: [0, fiveGiB - 8] };
    const json = JSON.stringify({
      large: shape,
      last: { dtype: 'F32', shape: [2], data_offsets: [fiveGiB - 8, fiveGiB] },
    });
    const head = Buffer.alloc(8 + json.length, json, 'latin1');
    head.fill(json, 8);
    head.writeBigUInt64LE(BigInt(json.length));
    const file = path.join(folder, 'model.safetensors');
    writeFileSync(file, head);
    truncateSync(file, head.length + fiveGiB);
    const before = process.memoryUsage().rss;
    const weights = await openWeights(folder);
    expect(weights.readFloat32('last')).toEqual(Float32Array.of(0, 0));
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    weights.close();
  });

  it('names a tensor that is not there', async () => {
    const weights = await openWeights(modelFixture('vit'));
    expect(weights.info('none')).toBeUndefined();
    expect((await refusal(() => weights.readFloat32('none'))).message).toContain('none');
    weights.close();
  });

  it('prefers safetensors to pickles and whole files to shards', async () => {
    place('pytorch_model.bin', 'protocol-4.bin');
    expect(await opened()).toEqual(['pytorch_model.bin']);
    place('diffusion_pytorch_model.safetensors');
    expect(await opened()).toEqual(['diffusion_pytorch_model.safetensors']);
    place('a.safetensors');
    index({ f32: 'a.safetensors' });
    expect(await opened()).toEqual(['a.safetensors']);
    place('model.safetensors');
    expect(await opened()).toEqual(['model.safetensors']);
  });

  it('takes a variant by its name, and no other in its stead', async () => {
    place('model.safetensors');
    place('model.fp16.safetensors');
    expect(await opened('fp16')).toEqual(['model.fp16.safetensors']);
    expect((await refusal(() => opened('int8'))).message).toContain('model.int8.safetensors');
  });

  it('reads sharded pickles', async () => {
    place('one.bin', 'protocol-4.bin');
    write('pytorch_model.bin.index.json', { weight_map: { 'conv.bias': 'one.bin' } });
    const weights = await openWeights(folder);
    expect(weights.names()).toEqual(['conv.bias']);
    weights.close();
  });

  it('follows links, as the hub cache has them', async () => {
    copyFileSync(fixture('every-dtype.safetensors'), path.join(root, 'blob'));
    symlinkSync('../blob', path.join(folder, 'model.safetensors'));
    expect(await opened()).toEqual(['model.safetensors']);
  });
});

describe('openCheckpointFile', () => {
  const official = (name: string): string =>
    fileURLToPath(new URL(`../fixtures/blip/nlvr/${name}`, import.meta.url));

  it('reads from an official .pth file of BLIP what its safetensors twin holds', async () => {
    const [pth, twin] = [
      await openCheckpointFile(official('model.pth')),
      await openCheckpointFile(official('model.safetensors')),
    ];
    expect(pth.names()).toEqual(twin.names());
    for (const name of pth.names()) {
      const { dtype, shape } = twin.info(name)!;
      expect(pth.info(name)).toMatchObject({ dtype, shape });
      expect(shortDigest(pth.readBytes(name)), name).toBe(shortDigest(twin.readBytes(name)));
    }
    expect(pth.files).toEqual([official('model.pth')]);
    pth.close();
    twin.close();
  });

  it.each([
    ['zip.pth', 'protocol-4.bin', 'conv.bias'],
    ['legacy.pt', 'legacy.bin', 'conv.bias'],
    ['safetensors.pth', 'every-dtype.safetensors', 'f32'],
    ['no-extension', 'legacy.bin', 'conv.bias'],
  ])('tells %s by its content', async (name, source, tensor) => {
    place(name, source);
    const weights = await openCheckpointFile(path.join(folder, name));
    expect(weights.names()).toContain(tensor);
    weights.close();
  });

  it('does not read a pickle that is named safetensors', async () => {
    place('model.safetensors', 'legacy.bin');
    await refusal(() => openCheckpointFile(path.join(folder, 'model.safetensors')));
  });

  it('refuses a folder and a missing file', async () => {
    expect((await refusal(() => openCheckpointFile(folder))).parts.next).toContain('file in it');
    expect((await refusal(() => openCheckpointFile(path.join(folder, 'x.pth')))).message).toContain(
      'does not exist',
    );
  });
});

describe('the digest', () => {
  it('is the sha256 of a single file', async () => {
    const weights = await openWeights(modelFixture('vit'));
    const [file] = weights.files;
    expect(await weights.digest()).toBe(createHash('sha256').update(readFileSync(file!)).digest('hex'));
    weights.close();
  });

  it('changes with any shard', async () => {
    place('a.safetensors');
    place('b.safetensors');
    index({ f32: 'a.safetensors', f16: 'b.safetensors' });
    const first = await openWeights(folder);
    const before = await first.digest();
    first.close();
    place('b.safetensors', 'rounding.safetensors');
    index({ f32: 'a.safetensors', values: 'b.safetensors' });
    const second = await openWeights(folder);
    expect(await second.digest()).not.toBe(before);
    second.close();
  });
});

describe('a folder that is not sound', () => {
  it.each([
    '../secret.safetensors',
    '/etc/passwd',
    '..',
    'sub/a.safetensors',
    '..\\a.safetensors',
    'C:a',
    '',
  ])('is refused when its index leads to %j', async (file) => {
    index({ f32: file });
    expect((await refusal(() => openWeights(folder))).message).toContain('outside its own folder');
  });

  it('is refused when its index names missing files, all of them', async () => {
    index({ a: 'x.safetensors', b: 'y.safetensors' });
    expect((await refusal(() => openWeights(folder))).parts.value).toEqual([
      'x.safetensors',
      'y.safetensors',
    ]);
  });

  it('is refused when its index names tensors that the shards lack, all of them', async () => {
    place('a.safetensors');
    index({ f32: 'a.safetensors', ghost: 'a.safetensors', phantom: 'a.safetensors' });
    expect((await refusal(() => openWeights(folder))).message).toMatch(/ghost.*phantom/);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no weight map', '{}'],
    ['a tensor without a file name', '{"weight_map":{"a":3}}'],
    ['one tensor twice', '{"weight_map":{"a":"x","a":"y"}}'],
    ['a bomb of brackets', '['.repeat(100_000)],
  ])('is refused when its index holds %s', async (_, text) => {
    write('model.safetensors.index.json', text);
    expect((await refusal(() => openWeights(folder))).parts.where).toContain('model.safetensors.index.json');
  });

  it('is refused when it holds no weights, and says what it was looking for', async () => {
    write('config.json', '{}');
    const { message } = await refusal(() => openWeights(folder));
    expect(message).toContain('config.json');
    expect(message).toContain('model.safetensors');
  });

  it('is refused when it does not exist', async () => {
    expect((await refusal(() => openWeights(path.join(folder, 'none')))).message).toContain(
      'no model at this path',
    );
  });

  it.runIf(process.platform === 'linux')(
    'leaves no file open when one of the shards is damaged',
    async () => {
      place('a.safetensors');
      write('b.safetensors', 'cut');
      index({ f32: 'a.safetensors', x: 'b.safetensors' });
      const before = readdirSync('/proc/self/fd').length;
      for (let i = 0; i < 5; i++) await refusal(() => openWeights(folder));
      expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 5);
    },
  );
});

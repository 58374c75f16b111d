import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine, type SessionOptions, tensorData } from '../../../src/engines/index.js';
import {
  BATCH,
  cast,
  constant,
  type DataType,
  exp,
  type Graph,
  gather,
  graph,
  input,
  linear,
  matMul,
  nonZero,
  reduceSum,
  reshape,
  scatterElements,
  type WeightStore,
  weight,
  withScope,
} from '../../../src/graph/index.js';
import { fakeStore } from '../../fixtures/graph/fake-store.js';

const engine = await openEngine('onnxruntime');
const folder = mkdtempSync(join(tmpdir(), 'turbo-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WIDTH = 32;
const values = Float32Array.from({ length: WIDTH * WIDTH }, (_, at) => Math.fround(Math.sin(at)));
const x = input('x', 'float32', [BATCH, WIDTH]);
const feeds = { x: tensorData(new Float32Array(2 * WIDTH).fill(1), [2, WIDTH]) };
const columnSums = Float32Array.from({ length: WIDTH }, (_, row) =>
  values.subarray(row * WIDTH, (row + 1) * WIDTH).reduce((sum, value) => sum + value, 0),
);

function network(store: WeightStore, dtype: DataType = 'float32'): Graph {
  return graph('net', [x], { y: linear(x, weight(store, 'w', dtype, [WIDTH, WIDTH]), null) });
}

async function run(one: Graph, options: Partial<SessionOptions> = {}) {
  const session = await engine.createSession(one, { threads: 1, ...options });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

function expectColumnSums(data: ArrayLike<number | bigint>, digits = 4) {
  for (const [at, sum] of columnSums.entries()) expect(Number(data[at])).toBeCloseTo(sum, digits);
}

describe('weights', () => {
  /** The values from byte 13 on, as nothing in a checkpoint promises an alignment. */
  function fileIn(path: string): WeightStore {
    writeFileSync(path, Buffer.concat([new Uint8Array(13), new Uint8Array(values.buffer)]));
    return {
      readBytes: () => {
        throw new Error('read into memory');
      },
      locate: () => ({ file: path, offset: 13, byteLength: values.byteLength }),
    };
  }

  it('are read where they lie, and nothing is written beside them', async () => {
    const place = join(folder, 'plain');
    mkdirSync(place);
    const store = fileIn(join(place, 'model.safetensors'));
    expectColumnSums((await run(network(store))).y!.data);
    expect(readdirSync(place)).toEqual(['model.safetensors']);
  });

  it('are read from a folder that cannot be written', async () => {
    const place = join(folder, 'read-only');
    mkdirSync(place);
    const store = fileIn(join(place, 'model.safetensors'));
    chmodSync(place, 0o500);
    expectColumnSums((await run(network(store))).y!.data);
    chmodSync(place, 0o700);
  });

  it('are found behind the symbolic links of a hub cache', async () => {
    const [blobs, snapshot] = [join(folder, 'blobs'), join(folder, 'snapshots')];
    for (const path of [blobs, snapshot]) mkdirSync(path);
    const store = fileIn(join(blobs, 'abc123'));
    symlinkSync('../blobs/abc123', join(snapshot, 'model.safetensors'));
    const linked = { ...store.locate('w')!, file: join(snapshot, 'model.safetensors') };
    expectColumnSums((await run(network({ ...store, locate: () => linked }))).y!.data);
  });

  it('are handed over as bytes when they lie in no file', async () => {
    expectColumnSums((await run(network(fakeStore({ w: values })))).y!.data);
  });

  it('may lie partly in a file and partly in memory', async () => {
    const inFile = fileIn(join(folder, 'mixed.safetensors'));
    const first = linear(x, weight(inFile, 'w', 'float32', [WIDTH, WIDTH]), null);
    const second = linear(first, weight(fakeStore({ w: values }), 'w', 'float32', [WIDTH, WIDTH]), null);
    const { first: once, y } = await run(graph('mixed', [x], { first, y: second }));
    expectColumnSums(once!.data);
    const [wanted] = [columnSums.reduce((sum, value, at) => sum + value * values[at]!, 0)];
    expect(Number(y!.data[0])).toBeCloseTo(wanted, 3);
  });

  it('may be stored as bfloat16', async () => {
    const bits = new Uint32Array(values.buffer);
    const halves = Uint16Array.from(bits, (word) => word >>> 16);
    expectColumnSums((await run(network(fakeStore({ w: halves }), 'bfloat16'))).y!.data, 0);
  });

  it('may be stored as float16', async () => {
    const halves = new Uint16Array(WIDTH * WIDTH).fill(0x3800);
    const { y } = await run(network(fakeStore({ w: halves }), 'float16'));
    expect([...y!.data]).toEqual(new Array(2 * WIDTH).fill(WIDTH / 2));
  });

  it('that are missing from the file are an error that names the graph', async () => {
    const store = { ...fileIn(join(folder, 'short.safetensors')) };
    const beyond = { file: join(folder, 'short.safetensors'), offset: 4000, byteLength: values.byteLength };
    await expect(run(network({ ...store, locate: () => beyond }))).rejects.toThrow(
      'onnxruntime could not load graph net',
    );
  });
});

describe('a session', () => {
  it('says on which device it runs', async () => {
    const session = await engine.createSession(graph('net', [x], { y: exp(x) }), { threads: 2 });
    expect(session.device).toBe('cpu');
    await session.release();
    await session.release();
    await expect(session.run(feeds)).rejects.toThrow('is released');
  });

  it('returns float16 as bit patterns and bool as 0 and 1', async () => {
    const { half, yes } = await run(graph('net', [x], { half: cast(x, 'float16'), yes: cast(x, 'bool') }));
    expect(half).toEqual({
      dtype: 'float16',
      shape: [2, WIDTH],
      data: new Uint16Array(2 * WIDTH).fill(0x3c00),
    });
    expect(yes).toEqual({ dtype: 'bool', shape: [2, WIDTH], data: new Uint8Array(2 * WIDTH).fill(1) });
  });

  it('computes only the wanted outputs', async () => {
    const session = await engine.createSession(graph('net', [x], { y: exp(x), z: x }), { threads: 1 });
    expect(Object.keys(await session.run(feeds, ['z']))).toEqual(['z']);
    await session.release();
  });

  it('names the operator and the scope when a run fails', async () => {
    const far = constant(BigInt64Array.of(99n), [1]);
    const y = withScope('block 2', () => withScope('merge', () => gather(exp(x), far, { axis: 1 })));
    const error = await run(graph('net', [x], { y })).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('could not run graph net at Gather');
    expect(String(error)).toContain('scope block 2 / merge');
  });

  it('names the operator and the scope when a promised count was wrong', async () => {
    const y = withScope('merge', () => reshape(nonZero(x, { count: 3 }), [3, 2]));
    const error = await run(graph('net', [x], { y })).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('scope merge');
  });

  it('takes optimisation levels, its own options and configuration entries', async () => {
    const one = network(fakeStore({ w: values }));
    for (const graphOptimizationLevel of ['disabled', 'basic', 'extended', 'all'] as const)
      expectColumnSums((await run(one, { graphOptimizationLevel })).y!.data);
    const extra = { enableCpuMemArena: false, 'session.disable_prepacking': true };
    expectColumnSums((await run(one, { extra })).y!.data);
  });

  it.each<[string, Partial<SessionOptions>]>([
    ['did you mean enableMemPattern', { extra: { enableMemPatern: true } }],
    ['has a wrong value', { extra: { enableMemPattern: 'yes' } }],
    ['has a wrong value', { extra: { 'session.disable_prepacking': [1] } }],
    ['at least one thread', { threads: 0 }],
    ['no such device', { device: 'abacus' }],
  ])('refuses bad options: %s', async (message, options) => {
    await expect(run(network(fakeStore({ w: values })), options)).rejects.toThrow(message);
  });
});

it('adds many sources at one place the same way every time, on two threads', async () => {
  const sources = 512;
  const data = input('data', 'float32', [4, sources]);
  const zeros = constant(new Float32Array(4 * 3), [4, 3]);
  const first = constant(new BigInt64Array(4 * sources), [4, sources]);
  const sum = scatterElements(zeros, first, data, { axis: 1, reduction: 'add' });
  const session = await engine.createSession(graph('collide', [data], { sum }), { threads: 2 });
  const noise = Float32Array.from({ length: 4 * sources }, (_, at) => Math.sin(at * at));
  const wanted = (await session.run({ data: tensorData(noise, [4, sources]) })).sum!.data;
  for (let repetition = 0; repetition < 60; repetition++)
    expect((await session.run({ data: tensorData(noise, [4, sources]) })).sum!.data).toEqual(wanted);
  await session.release();
});

it('gives back the memory of released sessions', async () => {
  const wide = new Float32Array(2048 * 1024).fill(0.5);
  const tokens = input('x', 'float32', [BATCH, 1024]);
  const w = weight(fakeStore({ w: wide }), 'w', 'float32', [2048, 1024]);
  const one = graph('wide', [tokens], {
    y: reduceSum(matMul(tokens, reshape(w, [1024, 2048])), { axes: [1] }),
  });
  const cycle = async () => {
    const session = await engine.createSession(one, { threads: 1 });
    await session.run({ x: tensorData(new Float32Array(1024), [1, 1024]) });
    await session.release();
  };
  for (let warmUp = 0; warmUp < 5; warmUp++) await cycle();
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 20; round++) await cycle();
  expect(process.memoryUsage().rss / before).toBeLessThan(1.5);
});

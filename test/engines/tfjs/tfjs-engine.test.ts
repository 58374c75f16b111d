/** TensorFlow.js as an engine: memory, weights, errors. What its operators compute is held in `../conformance`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEngine, type Session, tensorData } from '../../../src/engines/index.js';
import { heldTensorCount } from '../../../src/engines/tfjs/tfjs-session.js';
import {
  add,
  BATCH,
  cast,
  constant,
  type DataType,
  exp,
  type Graph,
  gather,
  gelu,
  graph,
  input,
  linear,
  matMul,
  nonZero,
  reduceSum,
  reshape,
  scatterND,
  softmax,
  split,
  type Tensor,
  topK,
  weight,
  withScope,
} from '../../../src/graph/index.js';
import { fakeStore } from '../../fixtures/graph/fake-store.js';

const engine = await openEngine('tfjs');
const WIDTH = 8;
const values = Float32Array.from({ length: WIDTH * WIDTH }, (_, at) => Math.fround(Math.sin(at)));
const x = input('x', 'float32', [BATCH, WIDTH]);
const feeds = {
  x: tensorData(
    Float32Array.from({ length: 2 * WIDTH }, (_, at) => at / 4 - 2),
    [2, WIDTH],
  ),
};

function open(one: Graph, device = 'wasm'): Promise<Session> {
  return engine.createSession(one, { threads: 1, device });
}

async function run(one: Graph, device = 'wasm') {
  const session = await open(one, device);
  return session.run(feeds).finally(() => session.release());
}

/** A small block with all kinds of kernels: products, temporary tensors, several outputs, some of them unread. */
function block(): Graph {
  const w = weight(fakeStore({ w: values }), 'w', 'float32', [WIDTH, WIDTH]);
  const hidden = gelu(linear(x, w, null));
  const [left] = split(softmax(hidden, { axis: -1 }), [3, 5], { axis: 1 });
  const { indices } = topK(hidden, 2);
  return graph('block', [x], { left: left!, indices, tied: linear(hidden, w, null) });
}

describe.each(['cpu', 'wasm'])('a session on %s', (device) => {
  it('holds as many tensors after a hundred runs as after one', async () => {
    const session = await open(block(), device);
    await session.run(feeds);
    const after = heldTensorCount();
    for (let repetition = 0; repetition < 100; repetition++) await session.run(feeds);
    expect(heldTensorCount()).toBe(after);
    await session.release();
  });

  it('holds the weights once, however often they are read, and nothing when it is released', async () => {
    const before = heldTensorCount();
    const session = await open(block(), device);
    const weights = 1;
    const factorsOfGelu = 3;
    expect(heldTensorCount() - before).toBe(weights + factorsOfGelu);
    await session.release();
    await session.release();
    expect(heldTensorCount()).toBe(before);
    await expect(session.run(feeds)).rejects.toThrow('is released');
  });

  it('frees what a failing run has made', async () => {
    const far = constant(BigInt64Array.of(99n), [1]);
    const session = await open(graph('fails', [x], { y: gather(exp(x), far, { axis: 1 }) }), device);
    const before = heldTensorCount();
    await expect(session.run(feeds)).rejects.toThrow('lies outside of its axis');
    expect(heldTensorCount()).toBe(before);
    await session.release();
  });

  it('says where it runs', async () => {
    const session = await open(graph('net', [x], { y: exp(x) }), device);
    expect(session.device).toBe(device);
    await session.release();
  });

  it('keeps the type of truth values that became numbers', async () => {
    const fixed = input('x', 'float32', [2, WIDTH]);
    const numbers = cast(cast(fixed, 'bool'), 'float32');
    const places = constant(BigInt64Array.of(0n, 1n), [2, 1]);
    const session = await open(graph('net', [fixed], { y: scatterND(numbers, places, fixed) }), device);
    expect((await session.run(feeds)).y!.data).toEqual(feeds.x.data);
    await session.release();
  });

  it('hands out values that later runs do not change', async () => {
    const session = await open(graph('net', [x], { same: x, y: exp(x) }), device);
    const first = await session.run(feeds);
    (first.same!.data as Float32Array).fill(7);
    expect((await session.run(feeds)).same!.data).toEqual(feeds.x.data);
    await session.release();
  });
});

it('keeps no more tensors alive than are still to be read', async () => {
  let chain: Tensor = x;
  for (let link = 0; link < 50; link++) chain = exp(add(chain, -1));
  const session = await open(graph('chain', [x], { chain }));
  const before = heldTensorCount();
  let most = 0;
  const { getKernelsForBackend } = await import('@tensorflow/tfjs-core');
  const config = getKernelsForBackend('wasm').find(({ kernelName }) => kernelName === 'Exp')!;
  const original = config.kernelFunc;
  config.kernelFunc = (call) => {
    most = Math.max(most, heldTensorCount());
    return original(call);
  };
  await session.run(feeds).finally(() => {
    config.kernelFunc = original;
  });
  expect(most - before).toBeLessThanOrEqual(4);
  expect(most).toBeGreaterThan(before);
  await session.release();
});

it('computes any network of sums as numbers do, and leaves nothing behind', async () => {
  const links = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(links, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), async (pairs, picks) => {
      const tensors: Tensor[] = [x, add(x, 1)];
      const numbers = [0.5, 1.5];
      for (const [a, b] of pairs) {
        const [left, right] = [a % tensors.length, b % tensors.length];
        tensors.push(add(tensors[left]!, tensors[right]!));
        numbers.push(Math.fround(numbers[left]! + numbers[right]!));
      }
      const chosen = picks.map((pick) => pick % tensors.length);
      const outputs = Object.fromEntries(chosen.map((at) => [`y${at}`, tensors[at]!]));
      const session = await open(graph('sums', [x], outputs), 'cpu');
      const before = heldTensorCount();
      const results = await session.run({ x: tensorData(new Float32Array(WIDTH).fill(0.5), [1, WIDTH]) });
      for (const at of chosen) expect(results[`y${at}`]!.data[0]).toBe(numbers[at]);
      expect(heldTensorCount()).toBe(before);
      await session.release();
    }),
    { numRuns: 40 },
  );
});

describe('weights', () => {
  const one = Uint16Array.from({ length: WIDTH * WIDTH }, () => 0x3f80);
  const half = Uint16Array.from({ length: WIDTH * WIDTH }, () => 0x3800);
  const sum = (feeds.x.data as Float32Array).subarray(0, WIDTH).reduce((total, value) => total + value, 0);

  it.each<[DataType, Uint16Array, number]>([
    ['bfloat16', one, 1],
    ['float16', half, 0.5],
  ])('may be stored as %s', async (dtype, bits, factor) => {
    const w = weight(fakeStore({ w: bits }), 'w', dtype, [WIDTH, WIDTH]);
    const { y } = await run(graph('net', [x], { y: linear(x, w, null) }));
    expect(y!.data[0]).toBeCloseTo(sum * factor, 5);
  });

  it('may lie at any byte of a buffer', async () => {
    const store = {
      locate: () => undefined,
      readBytes: () =>
        new Uint8Array(Buffer.concat([new Uint8Array(3), new Uint8Array(values.buffer)]).subarray(3)),
    };
    const w = weight(store, 'w', 'float32', [WIDTH, WIDTH]);
    expect((await run(graph('net', [x], { w, y: exp(x) }))).w!.data).toEqual(values);
  });

  it('are the same on two backends that take turns', async () => {
    const w = weight(fakeStore({ w: values }), 'w', 'float32', [WIDTH, WIDTH]);
    const network = graph('net', [x], { y: matMul(x, w) });
    const [plain, wasm] = [await open(network, 'cpu'), await open(network, 'wasm')];
    const both = await Promise.all([plain.run(feeds), wasm.run(feeds), plain.run(feeds), wasm.run(feeds)]);
    for (const { y } of both)
      for (const [at, value] of (both[0]!.y!.data as Float32Array).entries())
        expect(Number(y!.data[at])).toBeCloseTo(value, 5);
    await plain.release();
    await wasm.release();
  });
});

describe('an output', () => {
  it('is typed as the graph says', async () => {
    const outputs = {
      half: cast(x, 'float16'),
      brain: cast(x, 'bfloat16'),
      whole: cast(x, 'int64'),
      yes: cast(x, 'bool'),
      small: cast(exp(x), 'uint8'),
    };
    const results = await run(graph('net', [x], outputs));
    expect(results.half!.data.subarray(0, 3)).toEqual(Uint16Array.of(0xc000, 0xbf00, 0xbe00));
    expect(results.brain!.data.subarray(0, 3)).toEqual(Uint16Array.of(0xc000, 0xbfe0, 0xbfc0));
    expect(results.whole!.data.subarray(0, 5)).toEqual(BigInt64Array.of(-2n, -1n, -1n, -1n, -1n));
    expect(results.yes!.data.subarray(7, 10)).toEqual(Uint8Array.of(1, 0, 1));
    expect(results.small!.dtype).toBe('uint8');
  });

  it('is computed only when it is wanted', async () => {
    const bad = gather(x, constant(BigInt64Array.of(99n), [1]), { axis: 1 });
    const session = await open(graph('net', [x], { bad, good: exp(x) }));
    expect(Object.keys(await session.run(feeds, ['good']))).toEqual(['good']);
    await session.release();
  });
});

describe('an error', () => {
  it('names the operator and the scope', async () => {
    const far = constant(BigInt64Array.of(99n), [1]);
    const y = withScope('block 2', () => withScope('merge', () => gather(exp(x), far, { axis: 1 })));
    const error = await run(graph('net', [x], { y })).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('tfjs could not run graph net at Gather');
    expect(String(error)).toContain('scope block 2 / merge');
  });

  it('tells a count that was promised wrongly', async () => {
    const y = reshape(nonZero(x, { count: 3 }), [3, 2]);
    await expect(run(graph('net', [x], { y }))).rejects.toThrow('another number of elements');
  });

  it('refuses an int64 that needs more than 32 bits', async () => {
    const ids = input('ids', 'int64', [1]);
    const session = await open(graph('net', [ids], { y: reduceSum(ids, { axes: [0] }) }));
    await expect(session.run({ ids: tensorData(BigInt64Array.of(2n ** 40n), [1]) })).rejects.toThrow(
      'no int64',
    );
    await session.release();
  });

  it.each([
    ['at least one thread', { threads: 0 }],
    ['no session options', { threads: 1, extra: { 'session.disable_prepacking': true } }],
    ['did you mean wasm', { threads: 1, device: 'wasn' }],
  ])('refuses bad options: %s', async (message, options) => {
    await expect(engine.createSession(graph('net', [x], { y: exp(x) }), options)).rejects.toThrow(message);
  });
});

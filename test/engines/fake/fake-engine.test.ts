import { describe, expect, it } from 'vitest';
import { fakeEngine } from '../../../src/engines/fake/fake-engine.js';
import { tensorData } from '../../../src/engines/index.js';
import { BATCH, cast, exp, graph, input } from '../../../src/graph/index.js';

const x = input('x', 'float32', [BATCH, 3]);
const network = graph('net', [x], { y: exp(x), ids: cast(x, 'int64') });
const feed = (values: number[]) => ({ x: tensorData(Float32Array.from(values), [values.length / 3, 3]) });
const open = (extra: Record<string, unknown> = {}) =>
  fakeEngine().createSession(network, { threads: 1, extra });

describe('the fake engine', () => {
  it('answers in the declared dtypes and shapes', async () => {
    const { y, ids } = await (await open()).run(feed([1, 2, 3, 4, 5, 6]));
    expect([y!.dtype, y!.shape]).toEqual(['float32', [2, 3]]);
    expect([ids!.dtype, ids!.shape]).toEqual(['int64', [2, 3]]);
  });

  it('gives a sample the same answer in every batch', async () => {
    const session = await open();
    const [both, alone] = [
      await session.run(feed([1, 2, 3, 4, 5, 6])),
      await session.run(feed([4, 5, 6]), ['y']),
    ];
    expect(both.y!.data.slice(3)).toEqual(alone.y!.data);
    expect(both.y!.data.slice(0, 3)).not.toEqual(alone.y!.data);
    expect(Object.keys(alone)).toEqual(['y']);
  });

  it('fails, and answers NaN, in the runs that it is told', async () => {
    const session = await open({ nanAtRun: 1, failAtRun: 2 });
    expect((await session.run(feed([1, 2, 3]))).y!.data.every(Number.isFinite)).toBe(true);
    expect((await session.run(feed([1, 2, 3]))).y!.data.every(Number.isNaN)).toBe(true);
    await expect(session.run(feed([1, 2, 3]))).rejects.toThrow('fails in run 2');
    await expect(session.run(feed([1, 2, 3]))).rejects.toThrow('fails in run 3');
    await expect(open({ failOnCreate: true })).rejects.toThrow('refuses to load');
  });

  it('takes as long as it is told', async () => {
    const waits: unknown[] = [];
    const engine = fakeEngine({ sleep: async (milliseconds) => waits.push(milliseconds) });
    const session = await engine.createSession(network, { threads: 1, extra: { latencyMs: 7 } });
    await session.run(feed([1, 2, 3]));
    expect(waits).toEqual([7]);
  });

  it('gives recorded answers where there are some', async () => {
    const y = tensorData(Float32Array.of(7, 8, 9), [1, 3]);
    const session = await fakeEngine({ answer: () => ({ y }) }).createSession(network, { threads: 1 });
    expect((await session.run(feed([1, 2, 3]))).y).toBe(y);
  });

  it('refuses unknown options, wrong feeds and runs after the release', async () => {
    await expect(open({ latency: 3 })).rejects.toThrow('latency');
    const session = await open();
    await expect(session.run({})).rejects.toThrow('needs a value');
    await session.release();
    await expect(session.run(feed([1, 2, 3]))).rejects.toThrow('is released');
  });
});

import { describe, expect, it } from 'vitest';
import { timeInterleaved } from '../../src/measure/interleaved.js';

/** A clock that only moves when a contestant runs. */
function fakeTime() {
  let time = 0;
  const order: string[] = [];
  const contestant = (name: string, durationMs: number) => ({
    run: async () => {
      time += durationMs;
      order.push(name);
    },
  });
  return { now: () => time, order, contestant };
}

describe('interleaved timing', () => {
  it('runs baseline and variant in turn and times each', async () => {
    const { now, order, contestant } = fakeTime();
    const [baselineMs, variantMs] = await timeInterleaved([contestant('A', 20), contestant('B', 10)], now, {
      warmupSeconds: 0,
      minSeconds: 0,
      minRuns: 3,
    });
    expect(baselineMs).toEqual([20, 20, 20]);
    expect(variantMs).toEqual([10, 10, 10]);
    expect(order.join('')).toBe('ABABABAB');
  });

  it('warms up and goes on until the time is reached', async () => {
    const { now, order, contestant } = fakeTime();
    const [onlyMs] = await timeInterleaved([contestant('A', 100)], now, {
      warmupSeconds: 0.5,
      minSeconds: 1,
      minRuns: 2,
    });
    expect(onlyMs).toHaveLength(10);
    expect(order).toHaveLength(15);
  });

  it('stops between two runs when it is told to', async () => {
    const { now, order, contestant } = fakeTime();
    const abort = new AbortController();
    const stopper = { run: async () => abort.abort(new Error('enough')) };
    const timing = timeInterleaved([contestant('A', 1), stopper, contestant('B', 1)], now, {
      warmupSeconds: 0,
      minSeconds: 60,
      minRuns: 1,
      signal: abort.signal,
    });
    await expect(timing).rejects.toThrow('enough');
    expect(order).toEqual(['A']);
  });

  it('hands on what a run throws', async () => {
    const broken = { run: () => Promise.reject(new Error('engine failed')) };
    const options = { warmupSeconds: 0, minSeconds: 0, minRuns: 1 };
    await expect(timeInterleaved([broken], () => 0, options)).rejects.toThrow('engine failed');
  });
});

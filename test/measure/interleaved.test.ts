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

  /** Runs that take the given times, one after the other, the last one from then on. */
  function series(durationsMs: readonly number[]) {
    let time = 0;
    let run = 0;
    return {
      now: () => time,
      contestant: {
        run: async () => {
          time += durationsMs[Math.min(run++, durationsMs.length - 1)]!;
        },
      },
    };
  }

  it('counts first rounds that are not steady yet as warm-up, and makes up for them', async () => {
    const { now, contestant } = series([300, 250, 180, 130, 100, 101, 99, 100, 101, 100, 99, 100]);
    const [durationsMs] = await timeInterleaved([contestant], now, {
      warmupSeconds: 0,
      minSeconds: 0,
      minRuns: 8,
    });
    expect(durationsMs!.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...durationsMs!)).toBeLessThan(102);
  });

  it('goes on until the figure is known well enough, but not for ever', async () => {
    const bounds = { warmupSeconds: 0, minSeconds: 1, minRuns: 5, targetRelativeError: 0.1 };
    const roundsFor = async (relativeError: (rounds: number) => number, maxSeconds?: number) => {
      const { now, contestant } = series([100]);
      const [durationsMs] = await timeInterleaved([contestant], now, {
        ...bounds,
        ...(maxSeconds === undefined ? {} : { maxSeconds }),
        relativeError: ([only]) => relativeError(only!.length),
      });
      return durationsMs!.length;
    };
    expect(await roundsFor(() => 0.05)).toBe(10);
    expect(await roundsFor((rounds) => 1 / rounds)).toBe(10);
    const longer = await roundsFor((rounds) => 3 / rounds);
    expect(longer).toBeGreaterThanOrEqual(30);
    expect(longer).toBeLessThan(40);
    const givenUp = await roundsFor(() => 1);
    expect(givenUp).toBeGreaterThanOrEqual(50);
    expect(givenUp).toBeLessThan(65);
    expect(await roundsFor(() => 1, 2)).toBeLessThan(26);
  });

  it('does before every round what belongs to nobody', async () => {
    const { now, order, contestant } = fakeTime();
    const [durationsMs] = await timeInterleaved([contestant('A', 20)], now, {
      warmupSeconds: 0,
      minSeconds: 0,
      minRuns: 2,
      beforeRound: contestant('-', 500).run,
    });
    expect(order.join('')).toBe('-A-A-A');
    expect(durationsMs).toEqual([20, 20]);
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

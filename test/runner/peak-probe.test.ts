import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/index.js';
import { flopsOf } from '../../src/graph/index.js';
import { measurePeak } from '../../src/runner/peak-probe.js';

/** An engine whose clock moves by what each run costs at the rate of its size; every third run is disturbed. */
function played(gflopsPerSecond: (size: number) => number) {
  const sizes: number[] = [];
  let [time, runs, open] = [0, 0, 0];
  const engine: Engine = {
    name: 'played',
    version: '1',
    async createSession(graph) {
      const size = graph.inputs[0]!.shape[0] as number;
      const flops = flopsOf(graph, {}).total;
      sizes.push(size);
      open++;
      return {
        device: 'cpu',
        async run() {
          const disturbance = runs++ % 3 === 0 ? 2 : 1;
          time += (1000 * disturbance * flops) / (1e9 * gflopsPerSecond(size));
          return {};
        },
        release: async () => void open--,
      };
    },
  };
  return { engine, sizes, now: () => time, open: () => open };
}

describe('the peak of a machine', () => {
  it('is the rate of the fastest size, at its fastest run', async () => {
    const { engine, now, open } = played((size) => (size === 1024 ? 100 : 50));
    const peak = await measurePeak(engine, { threads: 2 }, now);
    expect(peak).toMatchObject({ size: 1024, device: 'cpu', threads: 2 });
    // The graph also takes the maximum of each row, which the operations of the products leave out.
    expect(peak.gflopsPerSecond).toBeGreaterThan(99);
    expect(peak.gflopsPerSecond).toBeLessThanOrEqual(100);
    expect(open()).toBe(0);
  });

  it('tries no size that would take long on a slow machine, and all of them on a fast one', async () => {
    const slow = played(() => 3);
    await measurePeak(slow.engine, { threads: 1 }, slow.now);
    expect(slow.sizes).toEqual([256, 512]);
    const fast = played(() => 5000);
    await measurePeak(fast.engine, { threads: 1 }, fast.now);
    expect(fast.sizes).toEqual([256, 512, 1024, 2048, 4096]);
  });

  it('leaves no session open when the engine fails', async () => {
    const { engine, now, open } = played(() => {
      throw new Error('out of memory');
    });
    await expect(measurePeak(engine, { threads: 1 }, now)).rejects.toThrow('out of memory');
    expect(open()).toBe(0);
  });
});

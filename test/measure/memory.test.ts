import { describe, expect, it } from 'vitest';
import { type MemorySystem, watchMemory } from '../../src/measure/memory.js';

/** A process whose memory a test sets. */
function played(canSetBack: boolean) {
  let [held, peak] = [0, 0];
  const system: MemorySystem = {
    peak: () => peak,
    resident: () => held,
    setPeakBack() {
      if (canSetBack) peak = held;
      return canSetBack;
    },
  };
  const hold = (bytes: number): void => {
    held = bytes;
    peak = Math.max(peak, held);
  };
  return { system, hold };
}

function figuresOf(canSetBack: boolean, loading: readonly number[], running: readonly number[]) {
  const { system, hold } = played(canSetBack);
  const watch = watchMemory(system);
  loading.forEach(hold);
  watch.loaded();
  running.forEach(hold);
  return watch.ended();
}

describe('the memory of a variant', () => {
  it('is its peak, and how far running goes beyond what is loaded', () => {
    const expected = { peakRssBytes: 900, loadedRssBytes: 400, runRssBytes: 500 };
    for (const canSetBack of [true, false])
      expect(figuresOf(canSetBack, [400], [600, 900, 700])).toEqual(expected);
  });

  it('tells running from loading where loading takes more', () => {
    expect(figuresOf(true, [1000, 400], [600, 700])).toEqual({
      ...{ peakRssBytes: 1000, loadedRssBytes: 400, runRssBytes: 300 },
    });
  });

  it('says nothing of running where that is hidden behind the peak of loading', () => {
    expect(figuresOf(false, [1000, 400], [700])).toMatchObject({ peakRssBytes: 1000, runRssBytes: null });
  });

  it('is never less than nothing', () => {
    expect(figuresOf(true, [400], [300]).runRssBytes).toBe(0);
  });

  it('reads that of this process in bytes', () => {
    const watch = watchMemory();
    watch.loaded();
    const held = Buffer.alloc(64 * 2 ** 20, 1);
    const { peakRssBytes, loadedRssBytes, runRssBytes } = watch.ended();
    expect(held[5]).toBe(1);
    expect(loadedRssBytes).toBeGreaterThan(10e6);
    expect(peakRssBytes).toBeGreaterThanOrEqual(loadedRssBytes);
    if (runRssBytes !== null) expect(runRssBytes).toBeGreaterThan(30 * 2 ** 20);
  });
});

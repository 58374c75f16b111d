import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { warmupLength } from '../../src/measure/steady-state.js';

const STEADY = [100, 101, 99, 100.5, 99.5, 100, 101, 99, 100, 100.2];

describe('the warm-up at the beginning of timings', () => {
  it('is nothing where they are steady from the first', () => {
    expect(warmupLength(STEADY)).toBe(0);
  });

  it('is the slow runs before the first that is like the later ones', () => {
    expect(warmupLength([300, 150, 120, ...STEADY])).toBe(3);
  });

  it('is the fast runs of a processor that is still cold, too', () => {
    expect(warmupLength([80, 85, ...STEADY])).toBe(2);
  });

  it('leaves an outlier later on where it is', () => {
    expect(warmupLength([100, 300, ...STEADY])).toBe(0);
  });

  it('is not told from fewer than six runs', () => {
    expect(warmupLength([300, 100, 100, 100, 100])).toBe(0);
  });

  it('is never more than half of the runs, and does not depend on the unit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 40 }), (durations) => {
        const length = warmupLength(durations);
        expect(length).toBeLessThanOrEqual(durations.length / 2);
        expect(warmupLength(durations.map((duration) => duration * 1024))).toBe(length);
      }),
      { numRuns: 60 },
    );
  });
});

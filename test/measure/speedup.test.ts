import { describe, expect, it } from 'vitest';
import { speedupOf } from '../../src/measure/speedup.js';

describe('a speed-up', () => {
  it('is the median of the pairwise ratios', () => {
    expect(speedupOf([20, 30, 40], [10, 10, 10], 0).speedup).toBe(3);
  });

  it('has bounds on both sides and is the same for the same seed', () => {
    const baseline = Array.from({ length: 30 }, (_, at) => 20 + (at % 5));
    const variant = Array.from({ length: 30 }, (_, at) => 10 + (at % 3));
    const found = speedupOf(baseline, variant, 7);
    expect(found.speedupLow).toBeLessThan(found.speedup);
    expect(found.speedupHigh).toBeGreaterThan(found.speedup);
    expect(speedupOf(baseline, variant, 7)).toEqual(found);
  });

  it('is exactly one against itself', () => {
    expect(speedupOf([3, 4, 5], [3, 4, 5], 0)).toEqual({ speedup: 1, speedupLow: 1, speedupHigh: 1 });
  });

  it('refuses timings that are not paired', () => {
    expect(() => speedupOf([1, 2], [1], 0)).toThrow(/beside each/);
    expect(() => speedupOf([], [], 0)).toThrow(/at least 1/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstStepOf } from '../../src/diffusion/strength.js';

describe('the strength of image-to-image', () => {
  it('says how many of the last steps are taken', () => {
    expect(firstStepOf(0.6, 5)).toBe(2);
    expect(firstStepOf(1, 50)).toBe(0);
    expect(firstStepOf(0.75, 50)).toBe(13);
    expect(firstStepOf(0.58, 50)).toBe(22); // 50 · 0.58 is a little below 29 in double precision, as in Python
  });

  it('takes at least one step and never more than there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (n, share) => {
          fc.pre(n * share >= 1);
          const first = firstStepOf(share, n);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(first).toBeLessThan(n);
        },
      ),
    );
  });

  it('must be above 0 and up to 1', () => {
    for (const strength of [0, -0.1, 1.01, Number.NaN])
      expect(() => firstStepOf(strength, 50)).toThrow('out of range');
  });

  it('must leave a step to take', () => {
    expect(() => firstStepOf(0.01, 50)).toThrow(/none of the 50 steps[\s\S]*at least 1\/50/);
  });
});

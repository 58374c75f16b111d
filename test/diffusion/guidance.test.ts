import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guided } from '../../src/diffusion/guidance.js';

const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 20, min: -100, max: 100 });

describe('classifier-free guidance', () => {
  it('pushes away from the unconditional prediction', () => {
    expect([...guided(Float32Array.of(1, -2), Float32Array.of(2, 0), 7.5)]).toEqual([8.5, 13]);
  });

  it('is the conditional prediction at scale 1 and the unconditional one at 0', () => {
    fc.assert(
      fc.property(values, (conditional) => {
        const unconditional = conditional.map((value, at) => (at % 2 === 0 ? 3 - value : value / 2));
        // by ===, for which 0 is -0: a tiny negative difference times 0 is -0
        guided(unconditional, conditional, 0).forEach((value, at) => {
          expect(value === unconditional[at]!).toBe(true);
        });
        guided(unconditional, conditional, 1).forEach((value, at) => {
          expect(Math.abs(value - conditional[at]!)).toBeLessThanOrEqual(2 ** -23 * 100);
        });
      }),
    );
  });

  it('does not join predictions of different sizes', () => {
    expect(() => guided(new Float32Array(3), new Float32Array(4), 2)).toThrow(RangeError);
  });
});

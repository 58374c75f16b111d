import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holmAdjusted } from '../../src/measure/holm.js';
import { goldenJson } from '../fixtures/golden-file.js';

const { cases } = goldenJson<{ cases: { p: number[]; holm: number[] }[] }>('statistics/corrections.json');

describe("Holm's correction", () => {
  it.each(cases)('agrees with statsmodels (case %#)', ({ p, holm }) => {
    const adjusted = holmAdjusted(p);
    expect(adjusted).toHaveLength(holm.length);
    for (const [at, expected] of holm.entries())
      expect(Math.abs(adjusted[at]! - expected)).toBeLessThanOrEqual(1e-9 * expected);
  });

  it('never lowers a p value, keeps their order, and goes with them when they change places', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
        const adjusted = holmAdjusted(p);
        for (const [a, value] of p.entries()) {
          expect(adjusted[a]).toBeGreaterThanOrEqual(value);
          for (const [b, other] of p.entries())
            if (value < other) expect(adjusted[a]).toBeLessThanOrEqual(adjusted[b]!);
        }
        expect(holmAdjusted([...p].reverse())).toEqual([...adjusted].reverse());
      }),
      { numRuns: 100 },
    );
  });
});

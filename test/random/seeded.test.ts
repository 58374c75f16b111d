import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/seeded.js';

const draw = (count: number, ...keys: (string | number)[]): number[] => {
  const random = seededRandom(...keys);
  return Array.from({ length: count }, () => random.uniform());
};

describe('seededRandom', () => {
  it('gives the same numbers for the same keys', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, name) => {
        expect(draw(5, seed, name)).toEqual(draw(5, seed, name));
      }),
    );
  });

  it('tells neighbouring keys, and a number from its digits, apart', () => {
    const first = new Set(Array.from({ length: 2000 }, (_, id) => draw(1, 0, 'scene', id)[0]));
    expect(first.size).toBe(2000);
    expect(draw(3, 1)).not.toEqual(draw(3, '1'));
    expect(draw(3, 'a', 'b')).not.toEqual(draw(3, 'ab'));
  });

  it('spreads evenly over [0, 1) within one stream and across streams', () => {
    const across = Array.from({ length: 20_000 }, (_, id) => draw(1, 'across', id)[0]!);
    for (const values of [draw(20_000, 'within'), across]) {
      const bins = new Array<number>(20).fill(0);
      for (const value of values) bins[Math.floor(value * 20)]! += 1;
      const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
    }
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = seededRandom('normal');
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });

  it('shuffles without losing or inventing anything', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = seededRandom(seed).shuffle(items);
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  it('never picks a weight of zero and refuses to choose from nothing', () => {
    const random = seededRandom('weights');
    const picks = new Set(Array.from({ length: 500 }, () => random.weighted([0, 1, 0, 2, 0])));
    expect([...picks].sort()).toEqual([1, 3]);
    expect(() => random.pick([])).toThrow(/nothing to choose/);
    expect(() => random.weighted([0, 0])).toThrow(/nothing to choose/);
  });
});

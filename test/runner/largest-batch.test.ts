import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestThatFits } from '../../src/runner/largest-batch.js';

describe('largestThatFits', () => {
  it('finds the largest that fits, whatever it is, in few tries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 4096 }),
        async (room, most) => {
          const tried: number[] = [];
          const found = await largestThatFits(async (size) => {
            tried.push(size);
            return size <= room;
          }, most);
          expect(found).toBe(Math.min(room, most));
          expect(new Set(tried).size).toBe(tried.length);
          expect(Math.max(...tried)).toBeLessThanOrEqual(most);
          expect(tried.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(most + 1)) + 1);
        },
      ),
    );
  });

  it('doubles first, so that no try is far beyond what fits', async () => {
    const tried: number[] = [];
    const found = await largestThatFits(async (size) => {
      tried.push(size);
      return size <= 11;
    }, 4096);
    expect(found).toBe(11);
    expect(tried).toEqual([1, 2, 4, 8, 16, 12, 10, 11]);
  });
});

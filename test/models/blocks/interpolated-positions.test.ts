import { describe, expect, it } from 'vitest';
import { resizeBicubic } from '../../../src/models/blocks/interpolated-positions.js';

describe('resizeBicubic', () => {
  it('keeps a table that is the same everywhere', () => {
    const resized = resizeBicubic(
      new Float32Array(8).fill(3),
      2,
      { rows: 2, columns: 2 },
      { rows: 3, columns: 5 },
    );
    expect([...resized].every((value) => Math.abs(value - 3) < 1e-6)).toBe(true);
    expect(resized).toHaveLength(30);
  });

  it('refuses a grid that no memory holds, and says how large one may be', () => {
    const trained = { rows: 14, columns: 14 };
    const asked = { rows: 8333, columns: 8333 };
    expect(() => resizeBicubic(new Float32Array(14 * 14), 1, trained, asked)).toThrow(
      /not fit into memory[\s\S]*8333 × 8333[\s\S]*at most 262144 patches: an image 36 times[\s\S]*--image-size/,
    );
  });
});

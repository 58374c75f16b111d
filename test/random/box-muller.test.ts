import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxMuller } from '../../src/random/box-muller.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
/** Words with any number of leading zeros, so that the tail of the distribution is met too. */
const anyScale = fc.tuple(word, fc.integer({ min: 0, max: 31 })).map(([bits, zeros]) => bits >>> zeros);

describe('Box and Muller', () => {
  // mpmath 1.3 with 40 digits
  it.each<[radius: number, angle: number, normals: [number, number]]>([
    [0x00000000, 0x00000000, [6.763705635001895, 0]],
    [0xffffffff, 0x80000000, [-1.525878906294409e-5, 0]],
    [0x7fffffff, 0x20000000, [0.8325546112975268, 0.8325546112975268]],
    [0xb504f333, 0x1fffffff, [0.5887050122520957, 0.5887050105296413]],
    [0xb504f334, 0x60000001, [-0.5887050119724376, 0.5887050102499832]],
    [0x00000001, 0xffffffff, [6.599279456093686, -9.654205226455801e-9]],
    [0x80000000, 0xdfffffff, [0.8325546097999095, -0.8325546122358279]],
  ])('is exact to 15 digits for the words %i and %i', (radius, angle, normals) => {
    boxMuller(radius, angle).forEach((normal, part) => {
      expect(Math.abs(normal - normals[part]!)).toBeLessThan(4e-15);
    });
  });

  it('agrees with the logarithm and the cosine of this engine everywhere', () => {
    fc.assert(
      fc.property(anyScale, word, (radius, angle) => {
        const length = Math.sqrt(-2 * Math.log((radius + 0.5) / 2 ** 32));
        const turn = (2 * Math.PI * angle) / 2 ** 32;
        const [cosine, sine] = boxMuller(radius, angle);
        expect(Math.abs(cosine - length * Math.cos(turn))).toBeLessThan(2e-15 * length);
        expect(Math.abs(sine - length * Math.sin(turn))).toBeLessThan(2e-15 * length);
      }),
      { numRuns: 2000 },
    );
  });
});

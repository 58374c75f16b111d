import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '../../src/checkpoints/float16.js';
import { readTensors } from '../../src/checkpoints/tensors.js';
import { expectedWidening, fixture, shortDigest } from './expected.js';

const everyPattern = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);

describe('float16', () => {
  it('widens every bit pattern that is a number as numpy does', () => {
    const numbers = everyPattern.filter((half) => (half & 0x7fff) <= 0x7c00);
    expect(shortDigest(float16ToFloat32(numbers))).toBe(expectedWidening.float16);
  });

  it('keeps NaN a NaN in both directions', () => {
    expect(float16ToFloat32(Uint16Array.of(0x7c01, 0xfe00)).every(Number.isNaN)).toBe(true);
    expect(float16ToFloat32(float32ToFloat16([Number.NaN]))[0]).toBeNaN();
  });

  it('rounds to nearest, ties to even, as numpy does', () => {
    const tensors = readTensors(fixture('rounding.safetensors'));
    const values = tensors.get('values')!.data as Float32Array;
    expect(shortDigest(float32ToFloat16(values))).toBe(shortDigest(tensors.get('halves')!.data));
  });

  it('gives back every half that it widened', () => {
    const numbers = everyPattern.filter((half) => (half & 0x7fff) <= 0x7c00);
    expect(shortDigest(float32ToFloat16(float16ToFloat32(numbers)))).toBe(shortDigest(numbers));
  });

  it('is never further away than either neighbour', () => {
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (double) => {
        const value = Math.fround(double);
        const [half] = float32ToFloat16([value]);
        const error = Math.abs(float16ToFloat32(Uint16Array.of(half!))[0]! - value);
        const neighbours = float16ToFloat32(Uint16Array.of(half! + 1, Math.max(0, half! - 1)));
        return [...neighbours].every((neighbour) => !(Math.abs(neighbour - value) < error));
      }),
    );
  });
});

describe('bfloat16', () => {
  it('widens every bit pattern as PyTorch does', () => {
    expect(shortDigest(bfloat16ToFloat32(everyPattern))).toBe(expectedWidening.bfloat16);
  });
});

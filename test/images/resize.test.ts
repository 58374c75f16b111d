import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleResizeKernel } from '../../bench/assemble-resize-kernel.js';
import { RESAMPLE_FILTERS, resampleWeights } from '../../src/images/resample-weights.js';
import { resize } from '../../src/images/resize.js';
import { KERNEL_BASE64 } from '../../src/images/resize-kernel.js';
import type { RgbImage } from '../../src/images/rgb-image.js';

const side = fc.integer({ min: 1, max: 60 });
const image = fc
  .record({ width: side, height: side, seed: fc.integer() })
  .map(({ width, height, seed }): RgbImage => ({ width, height, data: noise(width * height * 3, seed) }));

/** Extreme values are what shows missing clamps. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return [0, 255, state >>> 24][state % 3]!;
  });
}

/** The definition, one value at a time: a pass over rows, or with `step` and `line` swapped, over columns. */
function onePass(
  data: Uint8Array,
  lines: number,
  length: number,
  to: number,
  weights: ReturnType<typeof resampleWeights>,
  at: (line: number, place: number, length: number, channel: number) => number,
): Uint8Array {
  const out = new Uint8Array(lines * to * 3);
  for (let line = 0; line < lines; line++)
    for (let output = 0; output < to; output++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 2 ** 21;
        for (let tap = 0; tap < weights.count[output]!; tap++) {
          const value = data[at(line, weights.first[output]! + tap, length, channel)]!;
          sum += value * weights.weights[output * weights.taps + tap]!;
        }
        out[at(line, output, to, channel)] = Math.min(255, Math.max(0, Math.floor(sum / 2 ** 22)));
      }
  return out;
}

describe('resizing', () => {
  it('is the definition of the two passes, whatever the sizes and the filter', () => {
    fc.assert(
      fc.property(
        image,
        side,
        side,
        fc.constantFrom(...RESAMPLE_FILTERS),
        (source, width, height, filter) => {
          const { width: w, height: h } = source;
          const across = resampleWeights(w, width, filter);
          const down = resampleWeights(h, height, filter);
          const rows = onePass(
            source.data,
            h,
            w,
            width,
            across,
            (line, x, length, c) => (line * length + x) * 3 + c,
          );
          const all = onePass(rows, width, h, height, down, (line, y, _, c) => (y * width + line) * 3 + c);
          expect(resize(source, { width, height }, filter).data).toEqual(all);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('computes in a window what the whole has there', () => {
    fc.assert(
      fc.property(image, fc.nat(9), fc.nat(9), (source, left, top) => {
        const size = { width: 30, height: 24 };
        const window = { left, top, width: 17, height: 13 };
        const whole = resize(source, size, 'bicubic');
        const part = resize(source, size, 'bicubic', window);
        for (let row = 0; row < window.height; row++) {
          const from = ((top + row) * size.width + left) * 3;
          expect(part.data.subarray(row * 51, row * 51 + 51)).toEqual(whole.data.subarray(from, from + 51));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing where the size stays', () => {
    fc.assert(
      fc.property(image, fc.constantFrom(...RESAMPLE_FILTERS), (source, filter) => {
        expect(resize(source, source, filter).data).toEqual(source.data);
      }),
      { numRuns: 30 },
    );
  });

  it('runs the kernel that the WebAssembly text says', async () => {
    expect(Buffer.from(await assembleResizeKernel()).toString('base64')).toBe(KERNEL_BASE64);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../src/images/rgb-image.js';
import { msSsim } from '../../../src/metrics/similarity/ms-ssim.js';
import {
  meanAbsoluteError,
  meanSquaredError,
  peakSignalToNoiseRatio,
} from '../../../src/metrics/similarity/pixel-difference.js';
import { ssim } from '../../../src/metrics/similarity/ssim.js';
import { goldenJson, goldenTensors } from '../../fixtures/golden-file.js';

interface Case {
  name: string;
  shape: [number, number, number?];
  mae: number;
  mse: number;
  psnr: number;
  ssim: number | null;
  msSsim?: number;
}

const { cases } = goldenJson<{ cases: Case[] }>('metrics/similarity.json');
const tensor = goldenTensors('metrics/similarity.safetensors');

/** A golden picture; one of a single channel has it three times, which changes no mean over channels. */
function picture(name: string, [height, width, channels = 1]: Case['shape']): RgbImage {
  const values = Uint8Array.from(tensor(name));
  const data =
    channels === 3
      ? values
      : Uint8Array.from({ length: 3 * values.length }, (_, at) => values[Math.floor(at / 3)]!);
  return { width, height, data };
}

const pairOf = ({ name, shape }: Case) => [picture(`${name}.a`, shape), picture(`${name}.b`, shape)] as const;

describe('two pictures', () => {
  it.each(cases)('differ as scikit-image has it: $name', (golden) => {
    const [a, b] = pairOf(golden);
    expect(meanAbsoluteError(a, b)).toBeCloseTo(golden.mae, 10);
    expect(meanSquaredError(a, b)).toBeCloseTo(golden.mse, 8);
    const psnr = peakSignalToNoiseRatio(a, b);
    if (Number.isFinite(golden.psnr)) expect(psnr).toBeCloseTo(golden.psnr, 10);
    else expect(psnr).toBe(Number.POSITIVE_INFINITY);
    const structural = ssim(a, b);
    if (golden.ssim === null) expect(structural).toBeNull();
    else expect(Math.abs(structural! - golden.ssim)).toBeLessThanOrEqual(1e-9 * Math.abs(golden.ssim));
  });

  it.each(cases.filter(({ msSsim }) => msSsim !== undefined))(
    'are alike at five scales as pytorch-msssim has it: $name',
    (golden) => {
      expect(Math.abs(msSsim(...pairOf(golden))! - golden.msSsim!)).toBeLessThan(1e-5);
    },
  );

  it('of 160 pixels have no five scales', () => {
    const black = { width: 160, height: 400, data: new Uint8Array(160 * 400 * 3) };
    expect(msSsim(black, black)).toBeNull();
  });

  it('of different sizes are refused, with both sizes', () => {
    const small = { width: 1, height: 2, data: new Uint8Array(6) };
    const other = { width: 2, height: 1, data: new Uint8Array(6) };
    for (const measure of [meanAbsoluteError, peakSignalToNoiseRatio, ssim, msSsim])
      expect(() => measure(small, other)).toThrow(/1 × 2.*2 × 1/s);
  });

  it('whose bytes do not fill them are refused', () => {
    const torn = { width: 2, height: 2, data: new Uint8Array(11) };
    expect(() => ssim(torn, torn)).toThrow(/does not hold what its size promises/);
  });

  it('are as similar one way as the other, and a picture is equal to itself', () => {
    const pictures = fc.uint8Array({ minLength: 12 * 13 * 3, maxLength: 12 * 13 * 3 });
    fc.assert(
      fc.property(pictures, pictures, (first, second) => {
        const [a, b] = [first, second].map((data) => ({ width: 12, height: 13, data })) as [
          RgbImage,
          RgbImage,
        ];
        expect(ssim(a, b)).toBe(ssim(b, a));
        expect(ssim(a, a)).toBe(1);
        expect(peakSignalToNoiseRatio(a, b)).toBe(peakSignalToNoiseRatio(b, a));
        expect(meanAbsoluteError(a, a)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

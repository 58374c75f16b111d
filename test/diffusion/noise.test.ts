import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianNoise, type NoiseStream, randomIntegers } from '../../src/diffusion/noise.js';
import { TurboError } from '../../src/errors/turbo-error.js';

const stream: fc.Arbitrary<NoiseStream> = fc.record({
  seed: fc.maxSafeNat(),
  purpose: fc.constantFrom('initial-latents', 'ancestral', 'vae-posterior', 'partition'),
  picture: fc.nat(),
  step: fc.nat(1000),
});

describe('seeded noise', () => {
  it('is what Box and Muller make of the known answer of Random123', () => {
    // Words of counter 0 under key 0 (tests/kat_vectors), through mpmath 1.3 with 40 digits, rounded to float32
    const golden = [0.991137683391571, -0.9246625900268555, -0.6176089644432068, -0.48206859827041626];
    expect([...gaussianNoise({ seed: 0, purpose: 'initial-latents' }, 4)]).toEqual(golden);
  });

  it('makes any part of a stream as it makes the whole', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), fc.nat(10), (key, first, count) => {
        const whole = gaussianNoise(key, 50);
        expect(gaussianNoise(key, count, first)).toEqual(whole.slice(first, first + count));
      }),
    );
  });

  it('is another for every seed, purpose, picture and step', () => {
    const base: NoiseStream = { seed: 7, purpose: 'ancestral', picture: 1, step: 2 };
    const others: NoiseStream[] = [
      base,
      { ...base, seed: 8 },
      { ...base, seed: 7 + 2 ** 32 },
      { ...base, purpose: 'initial-latents' },
      { ...base, purpose: 'vae-posterior' },
      { ...base, purpose: 'partition' },
      { ...base, picture: 2, step: 1 },
      { ...base, picture: 3 },
      { ...base, step: 3 },
    ];
    const firsts = new Set(others.flatMap((key) => [...gaussianNoise(key, 8)]));
    expect(firsts.size).toBe(others.length * 8);
  });

  it('is normal: every tenth of the distribution holds a tenth of it, and neighbours are independent', () => {
    const count = 40_000;
    const noise = gaussianNoise({ seed: 1, purpose: 'initial-latents' }, count);
    const deciles = [-1.281552, -0.841621, -0.524401, -0.253347, 0, 0.253347, 0.524401, 0.841621, 1.281552];
    const bins = new Array<number>(10).fill(0);
    for (const value of noise) bins[deciles.filter((limit) => value > limit).length]! += 1;
    const chiSquare = bins.reduce((sum, bin) => sum + (bin - count / 10) ** 2 / (count / 10), 0);
    expect(chiSquare).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
    const products = noise.subarray(1).reduce((sum, value, at) => sum + value * noise[at]!, 0);
    expect(Math.abs(products) / Math.sqrt(count)).toBeLessThan(3.3);
  });

  it('draws every integer below a bound equally often', () => {
    const bins = new Array<number>(6).fill(0);
    for (const drawn of randomIntegers({ seed: 3, purpose: 'partition' }, 6, 12_000)) bins[drawn]! += 1;
    const chiSquare = bins.reduce((sum, bin) => sum + (bin - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
  });

  it('refuses a seed that is not a whole number, or too large to be one', () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN])
      expect(() => gaussianNoise({ seed, purpose: 'ancestral' }, 1)).toThrow(TurboError);
  });
});

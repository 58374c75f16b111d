import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianInterval } from '../../src/measure/median-interval.js';
import { pairedBootstrap } from '../../src/measure/paired-bootstrap.js';
import { seededRandom } from '../../src/random/seeded.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

interface Case {
  name: string;
  a: number[];
  b: number[];
  resamples: number;
  confidence: number;
  statistic: 'mean' | 'median' | 'median of a/b';
  indices?: string;
  seed?: number;
  estimate: number;
  percentile: [number, number];
  bca?: [number, number];
  pTwoSided?: number;
}

const { cases } = goldenJson<{ cases: Case[] }>('statistics/bootstrap.json');
const tensor = goldenTensors('statistics/bootstrap.safetensors');

/** The published mulberry32 of Tommy Ettinger, the generator of the golden case. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers that draw the resamples of the case. */
function uniformOf({ a, indices, seed }: Case): () => number {
  if (indices === undefined) return mulberry32(seed!);
  const positions = tensor(indices);
  let at = 0;
  return () => (positions[at++]! + 0.5) / a.length;
}

function found(golden: Case) {
  const { a, b, statistic, resamples, confidence } = golden;
  const uniform = uniformOf(golden);
  const pairs = a.map((value, at) => (statistic === 'median of a/b' ? value / b[at]! : value - b[at]!));
  if (statistic === 'mean') {
    const { difference, percentile, low, high, pValue } = pairedBootstrap(
      [pairs],
      resamples,
      uniform,
      confidence,
    )[0]!;
    return { estimate: difference, percentile, bca: [low, high] as const, pValue };
  }
  const { median, percentile, bca } = medianInterval(pairs, uniform, { resamples, confidence });
  return { estimate: median, percentile, bca, pValue: undefined };
}

describe('bootstrap intervals', () => {
  it.each(cases)('agree with SciPy: $name', (golden) => {
    const { estimate, percentile, bca, pValue } = found(golden);
    expect(estimate).toBeCloseTo(golden.estimate, 12);
    const expectedBca = golden.bca?.every(Number.isFinite) ? golden.bca : golden.percentile;
    for (const side of [0, 1] as const) {
      expect(percentile[side]).toBeCloseTo(golden.percentile[side], 12);
      if (golden.bca) expect(bca[side]).toBeCloseTo(expectedBca[side], 10);
    }
    if (pValue !== undefined && golden.pTwoSided !== undefined)
      expect(pValue).toBeCloseTo(golden.pTwoSided, 12);
  });

  it('of several variants are those of each alone: all see the same resamples', () => {
    const variants = [
      [0, 1, 0, -1, 0, 0, 1],
      [0.5, 0, 0, 0.25, 0, -0.125, 0],
    ];
    const draw = () => seededRandom('variants').uniform;
    const together = pairedBootstrap(variants, 500, draw());
    expect(together).toEqual(variants.map((one) => pairedBootstrap([one], 500, draw())[0]));
  });

  it('of a median turn around with the sign of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 3, maxLength: 12 }), (values) => {
        const draw = () => seededRandom('sign').uniform;
        const plain = medianInterval(values, draw(), { resamples: 100 });
        const turned = medianInterval(
          values.map((value) => -value),
          draw(),
          { resamples: 100 },
        );
        expect(turned.percentile[0]).toBeCloseTo(-plain.percentile[1], 9);
        expect(turned.percentile[1]).toBeCloseTo(-plain.percentile[0], 9);
      }),
      { numRuns: 40 },
    );
  });
});

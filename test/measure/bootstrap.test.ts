import { describe, expect, it } from 'vitest';
import { bootstrapIntervals, resamplePositions } from '../../src/measure/bootstrap.js';
import { median } from '../../src/measure/summary.js';
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
  standardError: number;
  percentile: [number, number];
  bca?: [number, number];
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

function statisticOf({ statistic, a, b }: Case) {
  const pair = (at: number) => (statistic === 'median of a/b' ? a[at]! / b[at]! : a[at]! - b[at]!);
  return (positions: ArrayLike<number>) => {
    const values = Array.from(positions, pair);
    return statistic === 'mean'
      ? values.reduce((sum, value) => sum + value, 0) / values.length
      : median(values);
  };
}

describe('bootstrap intervals', () => {
  it.each(cases)('agree with SciPy: $name', (golden) => {
    const count = golden.a.length;
    const positions = golden.indices
      ? Uint32Array.from(tensor(golden.indices))
      : resamplePositions(count, golden.resamples, mulberry32(golden.seed!));
    const found = bootstrapIntervals(statisticOf(golden), count, positions, golden.confidence);
    expect(found.estimate).toBeCloseTo(golden.estimate, 12);
    if (golden.standardError !== undefined) expect(found.standardError).toBeCloseTo(golden.standardError, 12);
    const expectedBca = golden.bca?.every(Number.isFinite) ? golden.bca : golden.percentile;
    for (const side of [0, 1] as const) {
      expect(found.percentile[side]).toBeCloseTo(golden.percentile[side], 12);
      if (golden.bca) expect(found.bca[side]).toBeCloseTo(expectedBca[side], 10);
    }
  });

  it('draw every position with replacement', () => {
    const positions = resamplePositions(3, 100, mulberry32(1));
    expect(new Set(positions)).toEqual(new Set([0, 1, 2]));
    expect(positions).toHaveLength(300);
  });
});

import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../src/reduction/diffusion/partition.js';
import { ratioByStep } from '../../../src/reduction/diffusion/ratio-schedule.js';
import { createReducer, diffusionMergingOf, parseReduction } from '../../../src/reduction/registry.js';

describe('the share of tokens', () => {
  it('is the same at every step, or 0 outside of the steps that merge', () => {
    expect(ratioByStep({ ratio: 0.5, steps: { from: 0 } }, 3)).toEqual([0.5, 0.5, 0.5]);
    expect(ratioByStep({ ratio: 0.5, steps: { from: 1, to: 2 } }, 5)).toEqual([0, 0.5, 0.5, 0, 0]);
  });

  it('goes from the first to the last in stages', () => {
    const ratio = { first: 0.6, last: 0.2, stages: 3 };
    const shares = ratioByStep({ ratio, steps: { from: 0 } }, 6);
    [0.6, 0.6, 0.4, 0.4, 0.2, 0.2].forEach((share, step) => {
      expect(shares[step]).toBeCloseTo(share, 12);
    });
  });
});

describe('a grid partition', () => {
  const tokens = { rows: 5, columns: 7, strideX: 3, strideY: 2 };

  it('has one destination in every complete cell, wherever it is drawn', () => {
    for (const kind of ['top-left', 'random'] as const) {
      const { destinations, sources } = partitionOf(kind, tokens, 11);
      const cells = destinations.map(
        (place) => `${Math.floor(place / 7 / 2)} ${Math.floor((place % 7) / 3)}`,
      );
      expect([...new Set(cells)].sort()).toEqual(['0 0', '0 1', '1 0', '1 1']);
      expect(cells).toHaveLength(4);
      expect(sources).toHaveLength(31);
    }
  });

  it('is drawn once, or anew at every step, from the seed', () => {
    const at = (kind: 'random' | 'random-every-step', seed: number, step: number) =>
      partitionOf(kind, tokens, seed, step).destinations;
    expect(at('random', 1, 4)).toEqual(at('random', 1, 0));
    expect(at('random-every-step', 1, 4)).not.toEqual(at('random-every-step', 1, 0));
    expect(at('random-every-step', 1, 4)).toEqual(at('random-every-step', 1, 4));
  });
});

describe('a reduction of a diffusion network', () => {
  it('is told from one of an encoder by its parameters', () => {
    expect(parseReduction({ method: 'turbo', ratio: 0.5 })).toMatchObject({
      alpha: 1,
      semantic: 'sampled-queries',
    });
    expect(parseReduction({ method: 'turbo', tokensPerLayer: 4 })).toMatchObject({
      alpha: 5,
      semantic: 'attention',
    });
    expect(() => parseReduction({ method: 'turbo', ratio: 0.5, tokensPerLayer: 4 })).toThrow(
      'tokensPerLayer',
    );
    expect(() => parseReduction({ method: 'tomesd', ratio: 1 })).toThrow('ratio');
    expect(() => parseReduction({ method: 'tomesd', maxDownsample: 3, ratio: 0.5 })).toThrow('maxDownsample');
  });

  it('is refused where it does not belong, with the parameter that does', () => {
    const encoder = {
      ...{ layerCount: 2, tokenCount: 9, classToken: true, distillationToken: false, width: 4, heads: 1 },
    };
    expect(() => createReducer(parseReduction({ method: 'turbo', ratio: 0.5 }), encoder)).toThrow(
      'tokensPerLayer',
    );
    expect(() => createReducer(parseReduction({ method: 'tomesd', ratio: 0.5 }), encoder)).toThrow('encoder');
    expect(() => diffusionMergingOf(parseReduction({ method: 'tome', tokensPerLayer: 4 }))).toThrow('ratio');
    expect(diffusionMergingOf({ method: 'none' })).toBeNull();
  });
});

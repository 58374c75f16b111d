/** Which blocks of a diffusion network merge, and how they are counted. */
import { describe, expect, it } from 'vitest';
import { diffusionMerging } from '../../../src/reduction/diffusion/diffusion-merging.js';
import { gridNotes } from '../../../src/reduction/diffusion/merging-blocks.js';
import { stateOf, usual } from './played-block.js';

describe('merging in the blocks of a diffusion network', () => {
  it('leaves blocks alone that are deeper than asked, or that nothing is asked of', () => {
    const reducer = diffusionMerging(usual, { textLength: 1 });
    expect(reducer.plan({ ...stateOf(2, 2), latentTokens: 16 }).selfAttention).toBeNull();
    expect(
      diffusionMerging({ ...usual, ratio: 0 }, { textLength: 1 }).plan(stateOf(4, 4)).selfAttention,
    ).toBeNull();
  });

  it('merges at most every second token of an alternating partition, rounded down', () => {
    const reducer = diffusionMerging({ ...usual, partition: 'alternating', ratio: 0.99 }, { textLength: 1 });
    reducer.plan(stateOf(3, 3));
    expect(reducer.decisions()[0]!.merged).toBe(4);
  });

  it('counts levels in the downsamplings of the network, whatever its grids round to', () => {
    // 9 × 9 latents and their levels: 5 × 5, 3 × 3, 2 × 2
    const planned = (level: number, side: number): boolean => {
      const reducer = diffusionMerging({ ...usual, levels: [3] }, { textLength: 1 });
      return reducer.plan({ ...stateOf(side, side), level, latentTokens: 81 }).selfAttention !== null;
    };
    expect([planned(0, 9), planned(1, 5), planned(2, 3), planned(3, 2)]).toEqual([false, false, false, true]);
  });

  it('counts blocks alike at every share, and tells S of those that merge at a later one', () => {
    const grids = [stateOf(8, 8), stateOf(2, 2), stateOf(8, 8)].map((state, block) => ({ ...state, block }));
    const reducerAt = (ratio: number, build: object = {}) => {
      const reducer = diffusionMerging(
        { ...usual, semantic: 'previous-step', ratio },
        { textLength: 1, ...build },
      );
      for (const state of grids) reducer.plan(state);
      return reducer;
    };
    const asked = (found: readonly { readonly askedBlock: number }[]) => found.map((each) => each.askedBlock);
    expect(asked(reducerAt(0.5).decisions())).toEqual([0, 1, 2]);
    expect(asked(reducerAt(0.1).decisions())).toEqual([0, 2]);
    expect(asked(reducerAt(0.1, { semanticFor: 0.5 }).semantics())).toEqual([0, 1, 2]);
    expect(asked(reducerAt(0.1, { semanticFor: 0.1 }).semantics())).toEqual([0, 2]);
    const taken = reducerAt(0.1, { semanticGiven: true }).inputs();
    expect(taken.map(({ source, shape }) => [source.kind === 'input' && source.name, shape[1]])).toEqual([
      ['semantic.0', 64],
      ['semantic.2', 64],
    ]);
  });

  it('merges nothing in a block that holds no complete cell, and says so', () => {
    const reducer = diffusionMerging({ ...usual, strideX: 8 }, { textLength: 1 });
    expect(reducer.plan(stateOf(16, 4))).toEqual({ selfAttention: null, crossAttention: null, mlp: null });
    expect(reducer.plan(stateOf(16, 8)).selfAttention).not.toBeNull();
    expect(gridNotes(reducer)).toEqual([
      'blocks of 4 × 16 tokens merge nothing: no complete cell of 8 × 2 tokens fits into them',
    ]);
  });
});

/** Where merging is put into a transformer block: laws that hold for any method. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import {
  add,
  concat,
  expand,
  floats,
  type Graph,
  gather,
  integers,
  mul,
  slice,
} from '../../../src/graph/index.js';
import type { Tensor } from '../../../src/graph/tensor.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import type { Pipeline } from '../../../src/models/stable-diffusion/pipeline.js';
import type {
  BlockPlan,
  DiffusionBlockState,
  DiffusionReducer,
  PartMerging,
} from '../../../src/reduction/diffusion/block-plan.js';
import { largestDifference } from '../../run-graph.js';
import { openGolden } from './diffusion-golden.js';
import { runOnce } from './run-once.js';

const golden = openGolden('sd1');
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await openPipeline(golden.folder);
});
afterAll(() => pipeline.close());

const unet = async (reducer: DiffusionReducer | null): Promise<Graph> =>
  (await pipeline.unet()).graph({ height: 16, width: 16, textLength: 16, reducer });

async function outOf(graph: Graph, samples = 2): Promise<Float32Array> {
  const first = ({ data, shape }: TensorData): TensorData => {
    const each = data.length / shape[0]!;
    return tensorData((data as Float32Array).slice(0, samples * each), [samples, ...shape.slice(1)]);
  };
  const { out_sample: out } = await runOnce(graph, {
    sample: first(golden.input('unet.sample')),
    timestep: tensorData(new Float32Array(samples).fill(749.25), [samples]),
    encoder_hidden_states: first(golden.input('unet.embedding')),
  });
  return out!.data as Float32Array;
}

/** A reducer that makes the same plan everywhere, and writes down what it was asked. */
function reducerOf(
  plan: (state: DiffusionBlockState) => BlockPlan,
): DiffusionReducer & { asked: DiffusionBlockState[] } {
  const asked: DiffusionBlockState[] = [];
  return {
    asked,
    plan: (state) => {
      asked.push(state);
      return plan(state);
    },
    inputs: () => [],
    feedsAt: () => ({}),
    decisions: () => [],
    semantics: () => [],
    withoutCells: () => [],
  };
}

/** Tokens in reverse order, all of one size: no part of a block may notice. */
function reversed({ hidden }: DiffusionBlockState): PartMerging {
  const tokens = hidden.shape[1] as number;
  const backwards = integers(Array.from({ length: tokens }, (_, at) => tokens - 1 - at));
  const turn = (x: Tensor): Tensor => gather(x, backwards, { axis: 1 });
  const sizes = expand(floats([3], [1, 1, 1]), [hidden.shape[0]!, tokens, 1]);
  return { merge: turn, restore: turn, sizes };
}

describe('a transformer block', () => {
  it('gives the same result when every part works on its tokens in another order', async () => {
    const reducer = reducerOf((state) => {
      const merging = reversed(state);
      return { selfAttention: merging, crossAttention: merging, mlp: merging };
    });
    const plain = await outOf(await unet(null));
    expect(largestDifference(await outOf(await unet(reducer)), plain)).toBeLessThan(1e-5);
  });

  it('is asked once, in the order of the forward pass, for the grid that it has', async () => {
    const reducer = reducerOf(() => ({ selfAttention: null, crossAttention: null, mlp: null }));
    await unet(reducer);
    const grids = reducer.asked.map(({ block, level, rows, columns, latentTokens, heads, hidden }) => [
      ...[block, level, rows, columns, latentTokens, heads],
      ...hidden.shape.slice(1),
    ]);
    expect(grids).toEqual([
      [0, 0, 16, 16, 256, 8, 256, 32],
      [1, 1, 8, 8, 256, 8, 64, 64],
      [2, 0, 16, 16, 256, 8, 256, 32],
      [3, 0, 16, 16, 256, 8, 256, 32],
    ]);
  });

  it.each(['selfAttention', 'crossAttention', 'mlp'] as const)(
    'runs its %s on as many tokens as are left, and gets all of them back',
    async (part) => {
      const half = ({ hidden }: DiffusionBlockState): PartMerging => {
        const tokens = hidden.shape[1] as number;
        return {
          merge: (x) => slice(x, { starts: [0], ends: [tokens / 2], axes: [1] }),
          restore: (y) => concat([y, y], { axis: 1 }),
          sizes: null,
        };
      };
      const nothing: BlockPlan = { selfAttention: null, crossAttention: null, mlp: null };
      const reduced = await outOf(await unet(reducerOf((state) => ({ ...nothing, [part]: half(state) }))));
      expect(reduced.every(Number.isFinite)).toBe(true);
      expect(largestDifference(reduced, await outOf(await unet(null)))).toBeGreaterThan(1e-3);
    },
  );

  it('shows the queries and keys of its unmerged input', async () => {
    const shapes: (number | object)[][] = [];
    const reducer = reducerOf((state) => {
      const { selfAttention, crossAttention, hidden } = state;
      const some = slice(selfAttention.normed(), { starts: [0], ends: [4], axes: [1] });
      shapes.push(
        [...selfAttention.queries(some).shape.slice(1), ...selfAttention.keys().shape.slice(1)],
        [
          ...crossAttention.queries(crossAttention.normed()).shape.slice(1),
          ...crossAttention.keys().shape.slice(1),
        ],
      );
      const nothing = mul(slice(selfAttention.keys(), { starts: [0], ends: [1], axes: [1] }), 0);
      const same: PartMerging = { merge: (x) => add(x, nothing), restore: (y) => y, sizes: null };
      return { selfAttention: hidden.shape[1] === 64 ? same : null, crossAttention: null, mlp: null };
    });
    const graph = await unet(reducer);
    expect(shapes.slice(0, 2)).toEqual([
      [4, 32, 256, 32],
      [256, 32, 16, 32],
    ]);
    expect(largestDifference(await outOf(graph), await outOf(await unet(null)))).toBeLessThan(1e-5);
  });
});

it('treats every sample of a batch by itself', async () => {
  const graph = await unet(null);
  const [both, first] = [await outOf(graph), await outOf(graph, 1)];
  expect(largestDifference(both.subarray(0, first.length), first)).toBeLessThan(1e-5);
});

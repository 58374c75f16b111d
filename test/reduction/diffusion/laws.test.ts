/** What holds for merging in a diffusion network whatever the numbers are, on a block without weights. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import { BATCH, floats, input, integers } from '../../../src/graph/index.js';
import {
  type DiffusionMergingOptions,
  diffusionMerging,
} from '../../../src/reduction/diffusion/diffusion-merging.js';
import { gridMerging } from '../../../src/reduction/diffusion/grid-merging.js';
import { matrixMerging } from '../../../src/reduction/diffusion/matrix-merging.js';
import { constantPartition, partitionFeeds } from '../../../src/reduction/diffusion/partition.js';
import { informationDegree } from '../../../src/reduction/information-degree.js';
import { alternating } from '../../../src/reduction/partition.js';
import { diffusionMergingOf, parseReduction } from '../../../src/reduction/registry.js';
import { runGraph } from '../../run-graph.js';
import { stateOf, usual, width } from './played-block.js';

const batch = 2;

async function runBlock(
  options: DiffusionMergingOptions,
  rows: number,
  columns: number,
  hidden: Float32Array,
  feeds: Record<string, TensorData> = {},
  formulation: 'sorting' | 'matrix' = 'sorting',
) {
  const state = stateOf(rows, columns);
  const reducer = diffusionMerging(options, { textLength: 1, formulation });
  const { selfAttention: part } = reducer.plan(state);
  if (part === null) return null;
  const [decision] = reducer.decisions();
  const fewer = part.merge(state.hidden);
  const outputs = await runGraph(
    [state.hidden, ...reducer.inputs()],
    {
      merged: fewer,
      restored: part.restore(fewer),
      sizes: part.sizes!,
      source: decision!.source(),
      destination: decision!.destination(),
    },
    { hidden: tensorData(hidden, [batch, rows * columns, width]), ...feeds },
  );
  return { outputs, decision: decision! };
}

/** Merging and restoring as nested loops: every token of a group gets the mean of its group. */
function byLoops(
  hidden: Float32Array,
  tokens: number,
  source: TensorData,
  destination: TensorData,
): Float32Array {
  const restored = Float32Array.from(hidden);
  const merged = source.data.length / batch;
  for (let row = 0; row < batch; row++) {
    const groups = new Map<number, number[]>();
    for (let at = row * merged; at < (row + 1) * merged; at++) {
      const to = Number(destination.data[at]);
      groups.set(to, [...(groups.get(to) ?? [to]), Number(source.data[at])]);
    }
    for (const members of groups.values())
      for (let channel = 0; channel < width; channel++) {
        const places = members.map((token) => (row * tokens + token) * width + channel);
        const mean = places.reduce((sum, place) => sum + hidden[place]!, 0) / places.length;
        for (const place of places) restored[place] = mean;
      }
  }
  return restored;
}

const closeTo = (actual: TensorData, wanted: Float32Array) => {
  let worst = 0;
  for (const [at, value] of wanted.entries())
    worst = Math.max(worst, Math.abs(Number(actual.data[at]) - value));
  expect(worst).toBeLessThan(1e-5);
};

const blocks = fc.record({
  rows: fc.integer({ min: 2, max: 6 }),
  columns: fc.integer({ min: 2, max: 6 }),
  ratio: fc.double({ min: 0, max: 0.99, noNaN: true }),
  partition: fc.constantFrom('top-left', 'random', 'alternating') as fc.Arbitrary<'top-left'>,
  semantic: fc.constantFrom('sampled-queries', 'none') as fc.Arbitrary<'none'>,
  seed: fc.integer({ min: 1, max: 1e6 }),
});
const hiddenOf = (seed: number, tokens: number): Float32Array =>
  Float32Array.from({ length: batch * tokens * width }, (_, at) => Math.sin(seed + at * 12.9898) * 2);

describe('merging in a diffusion network', () => {
  it('gives every token of a group the mean of its group, and conserves the mass', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, async ({ rows, columns, seed, ...options }) => {
        const hidden = hiddenOf(seed, rows * columns);
        const found = await runBlock({ ...usual, ...options, seed }, rows, columns, hidden);
        if (found === null) return;
        const { restored, merged, sizes, source, destination } = found.outputs;
        closeTo(restored!, byLoops(hidden, rows * columns, source!, destination!));
        expect(merged!.shape).toEqual([batch, rows * columns - found.decision.merged, width]);
        for (let row = 0; row < batch; row++) {
          const own = [...(sizes!.data as Float32Array)].slice(
            row * sizes!.shape[1]!,
            (row + 1) * sizes!.shape[1]!,
          );
          expect(own.reduce((sum, size) => sum + size, 0)).toBe(rows * columns);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is the same by sorting and by 0/1 matrices', async () => {
    const combine = fc.constantFrom('additive', 'normalized', 'rank-sum') as fc.Arbitrary<'additive'>;
    await fc.assert(
      fc.asyncProperty(blocks, combine, async ({ rows, columns, seed, ...options }, combined) => {
        const hidden = hiddenOf(seed, rows * columns);
        const asked = { ...usual, ...options, combine: combined, seed };
        const sorted = await runBlock(asked, rows, columns, hidden);
        const multiplied = await runBlock(asked, rows, columns, hidden, {}, 'matrix');
        for (const name of ['merged', 'restored', 'sizes'])
          if (sorted !== null)
            closeTo(multiplied!.outputs[name]!, sorted.outputs[name]!.data as Float32Array);
      }),
      { numRuns: 25 },
    );
  });

  it('gives ties to the lower index in either formulation', async () => {
    const hidden = new Float32Array(batch * 16 * width).fill(1);
    for (const formulation of ['sorting', 'matrix'] as const) {
      const found = await runBlock({ ...usual, ratio: 0.3, alpha: 0 }, 4, 4, hidden, {}, formulation);
      expect([...found!.outputs.source!.data].map(Number)).toEqual([1, 3, 4, 5, 1, 3, 4, 5]);
      expect(new Set(found!.outputs.restored!.data as Float32Array)).toEqual(new Set([1]));
    }
  });

  it('gives equal rank sums to the better R in either formulation', async () => {
    // Ranks of R, descending: 3 0 2 1; of S, ascending: 0 3 1 2. All four sums are 3.
    const redundancy = floats([0.1, 0.9, 0.5, 0.7], [1, 4]);
    const semantic = floats([0.1, 0.4, 0.2, 0.3], [1, 4]);
    const scores = informationDegree(redundancy, semantic, { combine: 'rank-sum', alpha: 1, layerFactor: 1 });
    const partition = alternating(8);
    const hidden = input('hidden', 'float32', [BATCH, 8, 1]);
    const best = integers([0, 1, 2, 3], [1, 4]);
    for (const merge of [gridMerging, matrixMerging]) {
      const places = constantPartition(partition);
      const merging = merge(scores, best, { partition, places, r: 2, like: hidden, proportional: false });
      const { merged, source, destination } = await runGraph(
        [hidden],
        { merged: merging.merge(hidden), source: merging.source(), destination: merging.destination() },
        {
          hidden: tensorData(
            Float32Array.from({ length: 8 }, (_, at) => at),
            [1, 8, 1],
          ),
        },
      );
      // Source 1 is token 2 and goes to token 3, source 3 is token 6 and goes to token 7.
      expect([...source!.data].map(Number)).toEqual([2, 6]);
      expect([...destination!.data].map(Number)).toEqual([3, 7]);
      // What stays, by the better R: tokens 4 and 0; then the destinations.
      expect([...merged!.data]).toEqual([4, 0, 1, 2.5, 5, 6.5]);
    }
  });

  it('decides the same by sorting and by 0/1 matrices where rank sums tie', async () => {
    const tied = fc.record({
      ratio: fc.double({ min: 0.2, max: 0.7, noNaN: true }),
      alpha: fc.constantFrom(0.5, 1, 2),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    await fc.assert(
      fc.asyncProperty(tied, async ({ seed, ...options }) => {
        const asked = { ...usual, ...options, combine: 'rank-sum' as const };
        const hidden = hiddenOf(seed, 64);
        const sorted = await runBlock(asked, 8, 8, hidden);
        const multiplied = await runBlock(asked, 8, 8, hidden, {}, 'matrix');
        for (const name of ['source', 'destination'])
          expect(multiplied!.outputs[name]!.data).toEqual(sorted!.outputs[name]!.data);
        closeTo(multiplied!.outputs.merged!, sorted!.outputs.merged!.data as Float32Array);
      }),
      { numRuns: 15 },
    );
  });

  it('is tomesd when α is 0, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.integer(), async (ratio, seed) => {
        const hidden = hiddenOf(seed, 36);
        const of = (reduction: object) => {
          const { ratio: _, ...merging } = diffusionMergingOf(parseReduction({ ...reduction, ratio }))!;
          return runBlock({ ...merging, ratio, proportionalAttention: true }, 6, 6, hidden);
        };
        const turbo = await of({ method: 'turbo', alpha: 0 });
        const tomesd = await of({ method: 'tomesd' });
        expect(turbo!.outputs).toEqual(tomesd!.outputs);
      }),
      { numRuns: 8 },
    );
  });

  it('permutes with the batch', async () => {
    const hidden = hiddenOf(5, 16);
    const half = hidden.length / 2;
    const swapped = Float32Array.from([...hidden.subarray(half), ...hidden.subarray(0, half)]);
    const [one, other] = [await runBlock(usual, 4, 4, hidden), await runBlock(usual, 4, 4, swapped)];
    const restored = one!.outputs.restored!.data as Float32Array;
    expect(other!.outputs.restored!.data).toEqual(
      Float32Array.from([...restored.subarray(half), ...restored.subarray(0, half)]),
    );
  });

  it('merges what a partition drawn for the step says, fed or built in', async () => {
    const hidden = hiddenOf(9, 24);
    const tokens = { rows: 4, columns: 6, strideX: 2, strideY: 2 };
    const feedsOf = (step: number) =>
      Object.fromEntries(
        Object.entries(partitionFeeds(tokens, 3, step)).map(([name, values]) => [
          name,
          tensorData(BigInt64Array.from(values, BigInt), [values.length]),
        ]),
      );
    const drawn = { ...usual, partition: 'random-every-step' } as const;
    const [first, second] = [
      await runBlock(drawn, 4, 6, hidden, feedsOf(0)),
      await runBlock(drawn, 4, 6, hidden, feedsOf(1)),
    ];
    const fixed = await runBlock({ ...usual, partition: 'random' }, 4, 6, hidden);
    expect(first!.outputs).toEqual(fixed!.outputs);
    expect(second!.outputs.destination!.data).not.toEqual(fixed!.outputs.destination!.data);
  });

  it('computes the semantic value once per level with previous-block', () => {
    const reducer = diffusionMerging({ ...usual, semantic: 'previous-block' }, { textLength: 1 });
    const state = stateOf(4, 4);
    reducer.plan(state);
    reducer.plan(state);
    const [first, second] = reducer.decisions();
    expect(second!.semantic).toBe(first!.semantic);
  });

  it('asks every eighth token for the semantic value by default, but no more than 128 of them', async () => {
    const { queryStride: _, ...unsaid } = usual;
    const restoredBy = async (options: DiffusionMergingOptions, side: number) =>
      (await runBlock(options, side, side, hiddenOf(7, side * side)))!.outputs.restored;
    for (const [side, queryStride] of [
      [16, 8],
      [32, 8],
      [48, 18],
    ] as const) {
      const byDefault = await restoredBy(unsaid, side);
      expect(byDefault).toEqual(await restoredBy({ ...usual, queryStride }, side));
      expect(byDefault).not.toEqual(await restoredBy({ ...usual, queryStride: queryStride + 1 }, side));
    }
  });
});

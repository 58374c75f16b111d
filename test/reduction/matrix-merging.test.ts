import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine, type TensorData, tensorData } from '../../src/engines/index.js';
import { nodesOf } from '../../src/graph/index.js';
import type { Model } from '../../src/models/model.js';
import { openModel } from '../../src/models/open-model.js';
import { seededRandom } from '../../src/random/seeded.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { largestDifference } from '../run-graph.js';

const fixtures = new URL('../fixtures/models/', import.meta.url).pathname;

describe.each(['vit', 'deit', 'siglip'])('merging by matrices on %s', (folder) => {
  let engine: Engine;
  let model: Model;
  let output: string;
  beforeAll(async () => {
    engine = await openEngine('onnxruntime');
    model = await openModel(`${fixtures}${folder}`);
    output = model.visionOutputs.includes('logits') ? 'logits' : 'image_embeds';
  });
  afterAll(() => model.close());

  const build = (reduction: object, formulation: 'sorting' | 'matrix', trace: 'decisions' | false = false) =>
    model.buildVision({ reduction: parseReduction(reduction), outputs: [output], formulation, trace }).graph;

  async function run(reduction: object, formulation: 'sorting' | 'matrix', pixels: TensorData) {
    const session = await engine.createSession(build(reduction, formulation, 'decisions'), { threads: 1 });
    try {
      return await session.run({ pixel_values: pixels });
    } finally {
      await session.release();
    }
  }

  function pixels(seed: number): TensorData {
    const { channels, imageHeight, imageWidth } = model.encoder;
    const shape = [2, channels, imageHeight, imageWidth];
    const { uniform } = seededRandom(seed, 'pixels');
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 4 * uniform() - 2);
    return tensorData(values, shape);
  }

  it('decides as sorting does, and computes the same', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(
          'additive',
          'ratio',
          'product',
          'normalized',
          'semantic-only',
          'redundancy-only',
          'rank-sum',
        ),
        async (seed, tokensPerLayer, combine) => {
          const reduction = { method: 'turbo', tokensPerLayer, combine };
          const sorted = await run(reduction, 'sorting', pixels(seed));
          const multiplied = await run(reduction, 'matrix', pixels(seed));
          expect(Object.keys(multiplied)).toEqual(Object.keys(sorted));
          for (const [name, { dtype, data }] of Object.entries(sorted)) {
            if (dtype === 'int64') expect(multiplied[name]!.data, name).toEqual(data);
            else
              expect(largestDifference(multiplied[name]!.data, sorted[name]!.data), name).toBeLessThan(2e-4);
          }
        },
      ),
      { numRuns: 3, seed: 20231207 },
    ));

  it('neither sorts nor scatters nor computes 64-bit positions', () => {
    const of = (formulation: 'sorting' | 'matrix') =>
      nodesOf(build({ method: 'turbo', tokensPerLayer: 8 }, formulation));
    /** Shapes of what is expanded are made of 64-bit numbers elsewhere in the network, by Concat. */
    const counts = (formulation: 'sorting' | 'matrix') =>
      of(formulation).filter(
        ({ operator, outputs }) => operator !== 'Concat' && outputs.some(({ dtype }) => dtype === 'int64'),
      ).length;
    const operators = of('matrix').map(({ operator }) => operator);
    for (const slow of [
      'TopK',
      'ArgMax',
      'NonZero',
      'ScatterND',
      'ScatterElements',
      'GatherElements',
      'Range',
    ])
      expect(operators).not.toContain(slow);
    expect(counts('matrix')).toBe(0);
    expect(counts('sorting')).toBeGreaterThan(20);
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, TensorData } from '../../src/engines/index.js';
import { openEngine } from '../../src/engines/registry.js';
import type { Model } from '../../src/models/model.js';
import { openModel } from '../../src/models/open-model.js';
import { alternating } from '../../src/reduction/partition.js';
import { parseReduction, type ReductionSpec } from '../../src/reduction/registry.js';
import { largestDifference } from '../run-graph.js';
import { runStep } from './golden-step.js';

const fixtures = new URL('../fixtures/models/', import.meta.url).pathname;

describe.each(['vit', 'deit', 'dinov2-classifier', 'siglip'])('on %s', (folder) => {
  let engine: Engine;
  let model: Model;
  let output: string;
  beforeAll(async () => {
    engine = await openEngine('onnxruntime');
    model = await openModel(`${fixtures}${folder}`);
    output = model.visionOutputs.includes('logits') ? 'logits' : 'image_embeds';
  });
  afterAll(() => model.close());

  async function run(reduction: ReductionSpec, pixels: TensorData, trace = false) {
    const { graph } = model.buildVision({ reduction, outputs: [output], trace });
    const session = await engine.createSession(graph, { threads: 1 });
    try {
      return await session.run({ pixel_values: pixels });
    } finally {
      await session.release();
    }
  }

  function pixels(seed: number, batch: number): TensorData {
    const { channels, imageHeight, imageWidth } = model.encoder;
    const random = fc.sample(fc.float({ min: -2, max: 2, noNaN: true }), { seed, numRuns: 64 });
    const shape = [batch, channels, imageHeight, imageWidth];
    const count = shape.reduce((a, b) => a * b);
    const data = Float32Array.from(
      { length: count },
      (_, at) => random[(at * 7 + (at >> 5)) % 64]! * Math.sin(at),
    );
    return { dtype: 'float32', shape, data };
  }

  const seeds = fc.integer({ min: 0, max: 1e6 });
  const counts = fc.integer({ min: 1, max: 9 });
  const alphas = fc.constantFrom(0.5, 1, 5, 10);
  const few = { numRuns: 4, seed: 20231207 };

  it('takes nothing, and changes nothing, when r is 0', () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom('turbo', 'tome', 'pruning', 'random'), async (seed, method) => {
        const images = pixels(seed, 2);
        const unreduced = await run({ method: 'none' }, images);
        const reduced = await run(parseReduction({ method, tokensPerLayer: 0 }), images);
        expect(reduced[output]!.data).toEqual(unreduced[output]!.data);
      }),
      few,
    ));

  it('is ToMe when alpha is 0', () =>
    fc.assert(
      fc.asyncProperty(seeds, counts, async (seed, tokensPerLayer) => {
        const images = pixels(seed, 2);
        const turbo = await run(parseReduction({ method: 'turbo', alpha: 0, tokensPerLayer }), images);
        const tome = await run(parseReduction({ method: 'tome', tokensPerLayer }), images);
        expect(turbo[output]!.data).toEqual(tome[output]!.data);
      }),
      few,
    ));

  it('conserves the sum of sizes in every block', () =>
    fc.assert(
      fc.asyncProperty(
        seeds,
        counts,
        alphas,
        fc.constantFrom('turbo', 'tome', 'random'),
        async (seed, tokensPerLayer, alpha, method) => {
          const spec = method === 'turbo' ? { method, tokensPerLayer, alpha } : { method, tokensPerLayer };
          const outputs = await run(parseReduction(spec), pixels(seed, 2), true);
          for (let layer = 0; layer < model.encoder.layerCount; layer++) {
            const { data, shape } = outputs[`block.${layer}.size`]!;
            for (let image = 0; image < 2; image++) {
              const sizes = Array.from(
                (data as Float32Array).subarray(image * shape[1]!, (image + 1) * shape[1]!),
              );
              expect(sizes.reduce((a, b) => a + b)).toBe(model.encoder.tokenCount);
            }
          }
        },
      ),
      few,
    ));

  it('gives a permuted batch permuted outputs', () =>
    fc.assert(
      fc.asyncProperty(seeds, counts, alphas, async (seed, tokensPerLayer, alpha) => {
        const images = pixels(seed, 3);
        const order = [2, 0, 1];
        const spec = parseReduction({ method: 'turbo', tokensPerLayer, alpha });
        const straight = await run(spec, images);
        const permuted = await run(spec, permuteRows(images, order));
        const expected = permuteRows(straight[output]!, order);
        expect(largestDifference(permuted[output]!.data, expected.data)).toBeLessThan(1e-5);
      }),
      few,
    ));
});

describe('many sources of one destination', () => {
  it('merge to the same value every time, on two threads', async () => {
    const [batch, tokens, width] = [4, 64, 96];
    const same = new Float32Array(batch * tokens * 2).fill(1);
    const x = Float32Array.from({ length: batch * tokens * width }, (_, at) => Math.sin(at * 0.37));
    const step = {
      x: { dtype: 'float32' as const, shape: [batch, tokens, width], data: x },
      metric: { dtype: 'float32' as const, shape: [batch, tokens, 2], data: same },
      size: undefined,
      attention: undefined,
      processed: undefined,
      partition: alternating(tokens),
      r: 31,
      degree: { combine: 'redundancy-only' as const, alpha: 0, layerFactor: 1 },
      classToken: true,
      distillationToken: false,
    };
    const first = await runStep(step, 2);
    expect(first.mergedSize!.data[1]).toBe(32);
    for (let repetition = 0; repetition < 40; repetition++)
      expect((await runStep(step, 2)).merged!.data).toEqual(first.merged!.data);
  });
});

function permuteRows(tensor: TensorData, order: readonly number[]): TensorData {
  const source = tensor.data as Float32Array;
  const width = source.length / order.length;
  const data = new Float32Array(source.length);
  for (const [row, from] of order.entries())
    data.set(source.subarray(from * width, (from + 1) * width), row * width);
  return { ...tensor, data };
}

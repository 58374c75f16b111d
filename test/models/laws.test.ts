/** What must hold for every family, method, image and batch. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine, type TensorData } from '../../src/engines/index.js';
import { sizeBiases } from '../../src/models/blocks/attention.js';
import { featureOutput } from '../../src/models/inspect.js';
import type { Model } from '../../src/models/model.js';
import { openModel } from '../../src/models/open-model.js';
import { predict } from '../../src/models/predict.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { folderWithConfig, randomPixels, tinyConfigs } from './tiny-model.js';

/** Each opens several sessions; the seeds are others every time. */
const runs = { numRuns: 2 };
const tolerance = 1e-5;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnxruntime');
});

function largestDifference(a: TensorData, b: TensorData): number {
  expect(a.shape).toEqual(b.shape);
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(Number(a.data[i]) - Number(b.data[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

describe.each(Object.entries(tinyConfigs))('%s', (_, config) => {
  let model: Model;
  let feature: string;
  beforeAll(async () => {
    model = await openModel({ model: folderWithConfig(config), weights: 'random', seed: 3 });
    feature = featureOutput(model);
  });
  afterAll(() => model.close());

  const outputs = async (pixels: TensorData, reduction: Record<string, unknown>, trace = false) => {
    const inputs = new Map([['pixel_values', pixels]]);
    const result = await predict({ model, engine, inputs, reduction: parseReduction(reduction), trace });
    return result.outputs;
  };

  it('gives the unreduced output when no token is taken', async () => {
    const pixels = randomPixels(1, 2);
    const plain = (await outputs(pixels, { method: 'none' })).get(feature)!;
    for (const method of ['turbo', 'tome', 'pruning', 'random']) {
      const reduced = (await outputs(pixels, { method, tokensPerLayer: 0 })).get(feature)!;
      expect(largestDifference(plain, reduced), method).toBe(0);
    }
  });

  it('merges as ToMe does when alpha is 0', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 6 }), async (seed, tokensPerLayer) => {
        const pixels = randomPixels(seed, 2);
        const tome = await outputs(pixels, { method: 'tome', tokensPerLayer });
        const turbo = await outputs(pixels, { method: 'turbo', tokensPerLayer, alpha: 0 });
        expect(largestDifference(tome.get(feature)!, turbo.get(feature)!)).toBeLessThanOrEqual(tolerance);
        expect(turbo.get('token_sizes')!.data).toEqual(tome.get('token_sizes')!.data);
      }),
      runs,
    );
  });

  it('conserves the sum of sizes in every block', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.constantFrom('turbo', 'tome', 'random'),
        fc.integer({ min: 1, max: 8 }),
        async (seed, method, tokensPerLayer) => {
          const batch = 2;
          const traced = await outputs(randomPixels(seed, batch), { method, tokensPerLayer }, true);
          for (let layer = 0; layer < model.encoder.layerCount; layer++) {
            const { data, shape } = traced.get(`block.${layer}.size`)!;
            for (let image = 0; image < batch; image++) {
              const sizes = [...(data as Float32Array).subarray(image * shape[1]!, (image + 1) * shape[1]!)];
              expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(model.encoder.tokenCount);
            }
          }
        },
      ),
      runs,
    );
  });

  it('treats every image of a batch as if it were alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.constantFrom('turbo', 'tome', 'pruning'), async (seed, method) => {
        const pixels = randomPixels(seed, 3);
        const reduction = { method, tokensPerLayer: 3 };
        const { graph } = model.buildVision({ reduction: parseReduction(reduction), outputs: [feature] });
        const session = await engine.createSession(graph, { threads: 1 });
        const { [feature]: straight } = await session.run({ pixel_values: pixels });
        const { [feature]: permuted } = await session.run({ pixel_values: permuteBatch(pixels, [2, 0, 1]) });
        await session.release();
        const expected = permuteBatch(straight!, [2, 0, 1]);
        expect(largestDifference(expected, permuted!)).toBeLessThanOrEqual(tolerance);
      }),
      runs,
    );
  });

  it('gives the same features when rows that nothing reads are skipped', async () => {
    const pixels = randomPixels(6, 2);
    for (const method of ['none', 'tome', 'turbo', 'pruning']) {
      const taking = method === 'none' ? {} : { tokensPerLayer: 3 };
      const reduction = parseReduction({ method, ...taking });
      const runWith = async (skipUnreadRows: boolean) => {
        const { graph } = model.buildVision({
          reduction,
          outputs: [feature, 'token_sizes'],
          skipUnreadRows,
        });
        const session = await engine.createSession(graph, { threads: 1 });
        const result = await session.run({ pixel_values: pixels });
        await session.release();
        return result;
      };
      const [whole, skipped] = [await runWith(false), await runWith(true)];
      expect(largestDifference(whole[feature]!, skipped[feature]!), method).toBeLessThanOrEqual(tolerance);
      if (method !== 'pruning') expect(tokenMass(skipped), method).toBeCloseTo(tokenMass(whole), 4);
    }
  });

  it.each(sizeBiases)('gives one result however log(size) enters the attention: %s', async (sizeBias) => {
    const reduction = parseReduction({ method: 'tome', tokensPerLayer: 3 });
    const pixels = randomPixels(5, 2);
    const runWith = async (how: (typeof sizeBiases)[number]) => {
      const { graph } = model.buildVision({ reduction, outputs: [feature], sizeBias: how });
      const session = await engine.createSession(graph, { threads: 1 });
      const result = await session.run({ pixel_values: pixels });
      await session.release();
      return result[feature]!;
    };
    const difference = largestDifference(await runWith('decomposed'), await runWith(sizeBias));
    expect(difference).toBeLessThanOrEqual(tolerance);
  });
});

/** Of both images of the batch. */
function tokenMass({ token_sizes: sizes }: Readonly<Record<string, TensorData>>): number {
  return [...(sizes!.data as Float32Array)].reduce((sum, size) => sum + size, 0);
}

function permuteBatch({ dtype, shape, data }: TensorData, order: readonly number[]): TensorData {
  const width = data.length / shape[0]!;
  const result = new Float32Array(data.length);
  order.forEach((from, to) => {
    result.set((data as Float32Array).subarray(from * width, (from + 1) * width), to * width);
  });
  return { dtype, shape, data: result };
}

/** What must not be lost when a network computes in float16. ONNX Runtime computes it on a CPU too, rounding every result of an operator. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../src/engines/index.js';
import {
  BATCH,
  cast,
  type Graph,
  graph,
  input,
  nodesOf,
  softmax,
  type Tensor,
} from '../../src/graph/index.js';
import { causalLogits, maskLogits } from '../../src/models/blocks/masks.js';
import { openModel } from '../../src/models/open-model.js';
import { openPipeline } from '../../src/models/stable-diffusion/open-pipeline.js';
import { inFloat16 } from '../../src/precision/float16-graph.js';
import { runOnce } from '../models/stable-diffusion/run-once.js';
import { largestDifference } from '../run-graph.js';

/** Of the largest value, after a few layers that round to 11 bits. */
const LOSS = 2e-2;

const ids = (rows: readonly (readonly number[])[]): TensorData =>
  tensorData(BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
const waves = (shape: readonly number[], pace: number): TensorData =>
  tensorData(
    Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, at) =>
      Math.sin(pace * at * at),
    ),
    [...shape],
  );
/** A value for every input of a text part: five words of eight, cached positions, image tokens of which three are padding. */
function feedsOf({ inputs }: Graph): Record<string, TensorData> {
  return Object.fromEntries(
    inputs.map(({ source, shape, dtype }) => {
      const name = (source as { readonly name: string }).name;
      const sides = shape.map((side) => (typeof side === 'number' ? side : 1));
      const last = sides.at(-1)!;
      if (dtype === 'float32') return [name, waves(sides, 0.37 + name.length)];
      if (name === 'position') return [name, tensorData(BigInt64Array.of(1n), [1])];
      const isMask = name.endsWith('mask');
      return [
        name,
        ids([Array.from({ length: last }, (_, at) => (isMask ? Number(at < last - 3) : 5 + at))]),
      ];
    }),
  );
}

describe('in float16', () => {
  it.each([
    ['retrieval', 'match', { sequenceLength: 8, imageTokens: 10 }],
    ['nlvr', 'pair', { sequenceLength: 8, imageTokens: 10 }],
    ['vqa', 'question', { sequenceLength: 8, imageTokens: 10 }],
    ['vqa', 'decoder', { sequenceLength: 2, imageTokens: 8, imageMask: true }],
    ['vqa', 'decoderStep', { sequenceLength: 1, imageTokens: 8, imageMask: true, beams: 1 }],
  ] as const)(
    'a text of %s with padding comes out of its %s as in float32',
    async (folder, part, request) => {
      const model = await openModel(path.resolve('test/fixtures/blip', folder));
      const network = model.buildPart(part, { crossModal: null, ...request });
      const feeds = feedsOf(network);
      const [full, half] = [await runOnce(network, feeds), await runOnce(inFloat16(network), feeds)];
      for (const [name, { data }] of Object.entries(full)) {
        const scale = 1 + Math.max(...Array.from(data as Float32Array, Math.abs));
        expect(largestDifference(half[name]!.data, data) / scale, name).toBeLessThan(LOSS);
      }
    },
  );

  it('a mask leaves exactly nothing of what it hides, whatever stands in its row', async () => {
    const mask = input('mask', 'int64', [BATCH, 4]);
    const network = (logits: Tensor): Graph =>
      inFloat16(graph('masked', [mask], { weights: softmax(logits, { axis: -1 }) }));
    const feeds = { mask: ids([[1, 1, 1, 0]]) };
    const { weights } = await runOnce(network(maskLogits(mask)), feeds);
    const third = Math.fround(1 / 3);
    expect(largestDifference(weights!.data, [third, third, third, 0])).toBeLessThan(1e-7);
    const causal = await runOnce(network(causalLogits(4, mask)), feeds);
    const wanted = [1, 0, 0, 0, 0.5, 0.5, 0, 0, third, third, third, 0, third, third, third, 0];
    expect(largestDifference(causal.weights!.data, wanted)).toBeLessThan(1e-7);
  });

  it('a step of the denoising run keeps its phase', async () => {
    const pipeline = await openPipeline(path.resolve('test/fixtures/diffusion/sd1'));
    const unet = await pipeline.unet();
    const network = inFloat16(unet.graph({ height: 16, width: 16, textLength: 6, reducer: null }));
    pipeline.close();
    const found = (operator: string): Tensor => {
      const source = nodesOf(network).find((node) => node.operator === operator)!;
      return { ...source.outputs[0]!, source, output: 0 };
    };
    const timestep = network.inputs.find(
      ({ source }) => source.kind === 'input' && source.name === 'timestep',
    )!;
    const outputs = { sin: cast(found('Sin'), 'float32'), cos: cast(found('Cos'), 'float32') };
    const step = 999;
    const { sin, cos } = await runOnce(graph('phases', [timestep], outputs), {
      timestep: tensorData(Float32Array.of(step), [1]),
    });
    const half = sin!.data.length;
    // get_timestep_embedding of diffusers with downscale_freq_shift 0
    const angles = Array.from({ length: half }, (_, at) => step * 10_000 ** (-at / half));
    expect(largestDifference(sin!.data, angles.map(Math.sin))).toBeLessThan(1e-4);
    expect(largestDifference(cos!.data, angles.map(Math.cos))).toBeLessThan(1e-4);
  });
});

/** What holds of the graphs of a whole denoising run, on a tiny U-Net of two levels. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, tensorData } from '../../../src/engines/index.js';
import { openDenoiser } from '../../../src/models/stable-diffusion/denoiser.js';
import { denoisingFlops, denoisingNotes } from '../../../src/models/stable-diffusion/denoising-stages.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import type { Pipeline } from '../../../src/models/stable-diffusion/pipeline.js';
import { diffusionMergingOf, parseReduction } from '../../../src/reduction/registry.js';
import { openGolden } from './diffusion-golden.js';

const textLength = 6;
const calls = 4;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await openPipeline(openGolden('sd1').folder);
});
afterAll(() => pipeline.close());

const runOf = (reduction: object, latents: { height: number; width: number }) => ({
  ...{ latents, textLength, calls },
  merging: diffusionMergingOf(parseReduction(reduction)),
});

/** What the U-Net says at every call. */
async function predictions(reduction: object, side: number): Promise<Float32Array[]> {
  const run = runOf(reduction, { height: side, width: side });
  const engine = await openEngine('onnxruntime');
  const denoiser = await openDenoiser({ pipeline, engine, session: { threads: 1 }, ...run });
  const width = (await pipeline.unet()).config.cross_attention_dim;
  const found: Float32Array[] = [];
  for (let call = 0; call < calls; call++) {
    const noise = Float32Array.from({ length: 4 * side * side }, (_, at) => Math.sin(1.3 * at + 0.1 * call));
    const text = Float32Array.from({ length: textLength * width }, (_, at) => Math.cos(at));
    const content = tensorData(Float32Array.of(0, 1, 1, 0, 0, 0), [1, textLength]);
    const sample = tensorData(noise, [1, 4, side, side]);
    const states = tensorData(text, [1, textLength, width]);
    found.push(await denoiser.predict(call, { sample, timestep: 500, text: states, content }));
  }
  await denoiser.release();
  return found;
}

describe('a share that changes on the way', () => {
  // The level of 4 × 4 tokens has none to merge at a share of 0.05.
  const fading = { method: 'turbo', semantic: 'previous-step', maxDownsample: 2, refresh: 10 };

  it.each([
    [0.5, 0.05],
    [0.05, 0.5],
  ])('from %s to %s runs through although a small block merges at one of them only', async (first, last) => {
    const found = await predictions({ ...fading, ratio: { first, last, stages: 2 } }, 8);
    expect(found.every((values) => values.every(Number.isFinite))).toBe(true);
  });

  it('is as good as two shares that were never one run where every call estimates anew', async () => {
    const anew = { ...fading, refresh: 1 };
    const staged = await predictions({ ...anew, ratio: { first: 0.5, last: 0.05, stages: 2 } }, 8);
    const [most, least] = [
      await predictions({ ...anew, ratio: 0.5 }, 8),
      await predictions({ ...anew, ratio: 0.05 }, 8),
    ];
    expect(staged).toEqual([...most.slice(0, 2), ...least.slice(2)]);
  });
});

describe('a grid without a complete cell', () => {
  const wide = { method: 'tomesd', ratio: 0.5, strideX: 8, strideY: 2 };

  it('is refused before anything runs where no block can merge', async () => {
    const unet = await pipeline.unet();
    expect(() => denoisingFlops(unet, runOf(wide, { height: 16, width: 4 }))).toThrow(
      /no block of the network can merge[\s\S]*strideX 8/,
    );
  });

  it('is told of where other blocks merge', async () => {
    const unet = await pipeline.unet();
    const run = runOf({ ...wide, maxDownsample: 2 }, { height: 8, width: 8 });
    expect(denoisingNotes(unet, run)).toEqual([
      'blocks of 4 × 4 tokens merge nothing: no complete cell of 8 × 2 tokens fits into them',
    ]);
    expect(denoisingNotes(unet, runOf({ ...wide, strideX: 2 }, run.latents))).toEqual([]);
    expect((await predictions({ ...wide, maxDownsample: 2 }, 8))[0]!.every(Number.isFinite)).toBe(true);
  });
});

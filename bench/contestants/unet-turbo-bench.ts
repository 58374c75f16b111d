/** turbo-bench on a U-Net's folder: `unet-turbo-bench.ts FOLDER SIDE BATCH THREADS REDUCTION`. */
import { openEngine, tensorData } from '../../src/engines/index.js';
import { openDenoiser } from '../../src/models/stable-diffusion/denoiser.js';
import { openPipeline } from '../../src/models/stable-diffusion/open-pipeline.js';
import { diffusionMergingOf, parseReduction } from '../../src/reduction/registry.js';
import { serve } from './serve.js';

const [folder, side, batch, threads, reduction] = process.argv.slice(2) as [string, ...string[]];
const pipeline = await openPipeline(folder);
const { config } = await pipeline.unet();
const latentSide = Number(side) / 8;
const textLength = 77;
const denoiser = await openDenoiser({
  pipeline,
  engine: await openEngine('onnxruntime'),
  session: { threads: Number(threads) },
  latents: { height: latentSide, width: latentSide },
  textLength,
  merging: diffusionMergingOf(parseReduction(JSON.parse(reduction!))),
  calls: 1,
});
const wave = (...shape: number[]) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensorData(
    Float32Array.from({ length }, (_, at) => Math.sin(at)),
    shape,
  );
};
const images = Number(batch);
const call = {
  sample: wave(images, config.in_channels, latentSide, latentSide),
  timestep: 500,
  text: wave(images, textLength, config.cross_attention_dim),
  content: tensorData(new Float32Array(images * textLength).fill(1), [images, textLength]),
};
await serve(() => denoiser.predict(0, call));

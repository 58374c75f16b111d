/**
 * TensorFlow.js on a ViT-B/16 with random weights: how much of its time is spent inside kernels, and how fast it is beside
 * ONNX Runtime on one thread, in turn.
 *
 *     npx tsx bench/tfjs.ts [--device wasm] [--preset vit-b16] [--batch 1] [--rounds 5] [--r 8]
 *
 * What is not inside kernels is interpretation: walking the plan, making and freeing tensors. Gathering and scattering that
 * turbo-bench does itself on typed arrays counts as interpretation here, so the share is a lower bound.
 */
import { parseArgs } from 'node:util';
import { getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { openEngine, tensorData } from '../src/engines/index.js';
import { median } from '../src/measure/summary.js';
import { openModel } from '../src/models/open-model.js';
import { parseReduction } from '../src/reduction/registry.js';
import { benchPixels } from './contestants/serve.js';

const { values: options } = parseArgs({
  options: {
    device: { type: 'string', default: 'wasm' },
    preset: { type: 'string', default: 'vit-b16' },
    batch: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    r: { type: 'string', default: '8' },
  },
});

let kernelMs = 0;
let depth = 0;

/** Adds up the time of the outermost kernels; a kernel may call others. */
function timeKernels(backend: string): void {
  for (const config of getKernelsForBackend(backend)) {
    const { kernelFunc } = config;
    unregisterKernel(config.kernelName, backend);
    registerKernel({
      ...config,
      kernelFunc(call) {
        const start = performance.now();
        depth++;
        try {
          return kernelFunc(call);
        } finally {
          depth--;
          if (depth === 0) kernelMs += performance.now() - start;
        }
      },
    });
  }
}

const batch = Number(options.batch);
const model = await openModel({ preset: options.preset as 'vit-b16' });
const { imageHeight: side } = model.encoder;
const feeds = { pixel_values: tensorData(benchPixels(batch, side), [batch, 3, side, side]) };
const tfjs = await openEngine('tfjs');
const onnxruntime = await openEngine('onnxruntime');
const { device } = options;

for (const reduction of [{ method: 'none' }, { method: 'turbo', tokensPerLayer: Number(options.r) }]) {
  const { graph } = model.buildVision({ outputs: ['logits'], reduction: parseReduction(reduction) });
  const session = await tfjs.createSession(graph, { threads: 1, device });
  const beside = await onnxruntime.createSession(graph, { threads: 1 });
  if (reduction.method === 'none') timeKernels(device);
  const rounds: { tfjsMs: number; onnxruntimeMs: number; share: number }[] = [];
  for (let round = -1; round < Number(options.rounds); round++) {
    kernelMs = 0;
    const start = performance.now();
    await session.run(feeds);
    const between = performance.now();
    await beside.run(feeds);
    const tfjsMs = between - start;
    if (round >= 0)
      rounds.push({ tfjsMs, onnxruntimeMs: performance.now() - between, share: kernelMs / tfjsMs });
  }
  const middle = (field: keyof (typeof rounds)[number]) => median(rounds.map((one) => one[field]));
  const perSecond = (ms: number) => ((1000 * batch) / ms).toFixed(3);
  console.log(
    `${JSON.stringify(reduction)}: ${(100 * middle('share')).toFixed(1)} % inside kernels; ` +
      `${perSecond(middle('tfjsMs'))} images/s on tfjs ${device}, ${perSecond(middle('onnxruntimeMs'))} on onnxruntime, ` +
      `${(middle('tfjsMs') / middle('onnxruntimeMs')).toFixed(1)} × slower; ${rounds.length} rounds of ${batch}`,
  );
  await session.release();
  await beside.release();
}
model.close();

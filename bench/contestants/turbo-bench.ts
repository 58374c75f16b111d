/** turbo-bench on a model folder: `turbo-bench.ts FOLDER SIDE BATCH THREADS REDUCTION SKIP`. */
import { openEngine, tensorData } from '../../src/engines/index.js';
import { openModel } from '../../src/models/open-model.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { benchPixels, serve } from './serve.js';

const [folder, side, batch, threads, reduction, skip] = process.argv.slice(2) as [string, ...string[]];
const shape = [Number(batch), 3, Number(side), Number(side)];
const model = await openModel(folder);
const { graph } = model.buildVision({
  reduction: parseReduction(JSON.parse(reduction!)),
  outputs: ['logits'],
  skipUnreadRows: skip === 'skip',
});
const engine = await openEngine('onnxruntime');
const session = await engine.createSession(graph, { threads: Number(threads) });
const pixels = tensorData(benchPixels(Number(batch), Number(side)), shape);
await serve(async () => (await session.run({ pixel_values: pixels })).logits!.data as Float32Array);

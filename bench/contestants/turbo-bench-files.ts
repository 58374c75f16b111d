/** turbo-bench from image files to logits: `turbo-bench-files.ts FOLDER THREADS IMAGE COUNT REDUCTION [skip]`. Needs `npm run build`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openEngine, tensorData } from '../../src/engines/index.js';
import { createImagePool } from '../../src/images/image-pool.js';
import { prefetchBatches } from '../../src/images/prefetch.js';
import { parsePreprocessor } from '../../src/images/preprocessor.js';
import { openModel } from '../../src/models/open-model.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { serve } from './serve.js';

const [folder, threads, image, count, reduction, skip] = process.argv.slice(2) as [string, ...string[]];
const model = await openModel(folder);
const { imageHeight, imageWidth } = model.encoder;
const { graph } = model.buildVision({
  reduction: parseReduction(JSON.parse(reduction!)),
  outputs: ['logits'],
  skipUnreadRows: skip === 'skip',
});
const session = await (await openEngine('onnxruntime')).createSession(graph, { threads: Number(threads) });
const config = path.join(folder, 'preprocessor_config.json');
const pool = createImagePool({
  preprocessor: parsePreprocessor(JSON.parse(readFileSync(config, 'utf8')), config),
  threads: 1,
  workerFile: new URL('../../dist/images/image-worker.js', import.meta.url),
});
const samples = Array.from({ length: Number(count) }, (_, at) => ({
  id: String(at),
  image: { kind: 'file' as const, path: image! },
}));
await serve(async () => {
  let logits = new Float32Array();
  for await (const { indices, pixels } of prefetchBatches(samples, pool, { batchSize: 1 })) {
    const shape = [indices.length, 3, imageHeight, imageWidth];
    const outputs = await session.run({ pixel_values: tensorData(pixels, shape) });
    logits = outputs.logits!.data as Float32Array<ArrayBuffer>;
  }
  return logits;
});
await pool.close();

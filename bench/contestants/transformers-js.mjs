/** transformers.js on the exported graph: `transformers-js.mjs FOLDER SIDE BATCH THREADS [DTYPE]`. */
import path from 'node:path';
import { AutoModelForImageClassification, env, Tensor } from '@huggingface/transformers';
import { benchPixels, serve } from './serve.ts';

const [folder, side, batch, threads, dtype = 'fp32'] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(path.resolve(folder));
const model = await AutoModelForImageClassification.from_pretrained(path.basename(folder), {
  dtype,
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});
const shape = [Number(batch), 3, Number(side), Number(side)];
const pixels = new Tensor('float32', benchPixels(Number(batch), Number(side)), shape);
await serve(async () => (await model({ pixel_values: pixels })).logits.data);

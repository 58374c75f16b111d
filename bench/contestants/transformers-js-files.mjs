/** transformers.js from image files to logits: `transformers-js-files.mjs FOLDER THREADS IMAGE COUNT`. */
import path from 'node:path';
import { AutoModelForImageClassification, AutoProcessor, env, RawImage } from '@huggingface/transformers';
import { serve } from './serve.ts';

const [folder, threads, image, count] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(path.resolve(folder));
const name = path.basename(folder);
const processor = await AutoProcessor.from_pretrained(name);
const model = await AutoModelForImageClassification.from_pretrained(name, {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});
await serve(async () => {
  let logits = new Float32Array();
  for (let at = 0; at < Number(count); at++)
    logits = (await model(await processor(await RawImage.read(image)))).logits.data;
  return logits;
});

/** turbo-bench on a BLIP folder: `caption-turbo-bench.ts FOLDER SIDE BATCH THREADS TOKENS REDUCTION`. Greedy, all texts of full length. */
import { createInterface } from 'node:readline';
import { openEngine, tensorData } from '../../src/engines/index.js';
import { generateText } from '../../src/generation/generate.js';
import { GenerationOptions } from '../../src/generation/options.js';
import type { SequenceDecoder } from '../../src/generation/sequence-decoder.js';
import { openModel } from '../../src/models/open-model.js';
import { openTextDecoder } from '../../src/models/text-decoder.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { benchPixels } from './serve.js';

const [folder, side, batch, threads, tokens, reduction] = process.argv.slice(2) as [string, ...string[]];
const images = Number(batch);
const model = await openModel(folder);
const engine = await openEngine('onnxruntime');
const options = { threads: Number(threads) };
const { graph } = model.buildVision({
  reduction: parseReduction(JSON.parse(reduction!)),
  outputs: ['last_hidden_state'],
});
const vision = await engine.createSession(graph, options);
const length = Number(tokens);
const decoder = await openTextDecoder({
  model,
  engine,
  session: options,
  imageTokens: graph.outputs.last_hidden_state!.shape[1] as number,
  imageMask: false,
  beams: 1,
  promptLength: 1,
  maxLength: length,
  crossModal: null,
});
const search = GenerationOptions.parse({ maxLength: length, minLength: length });
const pixels = tensorData(benchPixels(images, Number(side)), [images, 3, Number(side), Number(side)]);
const ids = [...Array(images).keys()];

/** Milliseconds of each step, to see whether they grow. */
let stepMs: number[] = [];
function timed(inner: SequenceDecoder): SequenceDecoder {
  return {
    images: inner.images,
    start: (prompt) => inner.start(prompt),
    async step(next, parents) {
      const start = performance.now();
      const result = await inner.step(next, parents);
      stepMs.push(performance.now() - start);
      return result;
    },
    keep: (kept) => inner.keep(kept),
    release: () => inner.release(),
  };
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  const { last_hidden_state: states } = await vision.run({ pixel_values: pixels });
  const middle = performance.now();
  stepMs = [];
  const { decoderId, endId, padId } = model.specialTokens!;
  const texts = await generateText(timed(decoder.begin(states!)), [decoderId], search, { endId, padId }, ids);
  const end = performance.now();
  const { user, system } = process.cpuUsage(cpuStart);
  const reading = {
    wallMs: end - start,
    cpuMs: (user + system) / 1000,
    visionMs: middle - start,
    decoderMs: end - middle,
    secondStepMs: stepMs[1],
    lastStepMs: stepMs.at(-1),
  };
  console.log(JSON.stringify(line === 'logits' ? texts.flatMap((text) => text.ids) : reading));
}

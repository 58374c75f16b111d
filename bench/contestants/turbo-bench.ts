/** turbo-bench on a model folder: `turbo-bench.ts FOLDER SIDE BATCH THREADS REDUCTION SKIP PRECISION`. */
import { openEngine, tensorData } from '../../src/engines/index.js';
import { openModel } from '../../src/models/open-model.js';
import { FULL_PRECISION, type Precision } from '../../src/precision/precision.js';
import { collectRanges, withRanges } from '../../src/precision/ranges.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { benchPixels, serve } from './serve.js';

const [folder, side, batch, threads, reduction, skip, precision = FULL_PRECISION] = process.argv.slice(2) as [
  string,
  ...string[],
];
const shape = [Number(batch), 3, Number(side), Number(side)];
const model = await openModel(folder);
const { graph } = model.buildVision({
  reduction: parseReduction(JSON.parse(reduction!)),
  outputs: ['logits'],
  skipUnreadRows: skip === 'skip',
});
const engine = await openEngine('onnxruntime');
const pixels = tensorData(benchPixels(Number(batch), Number(side)), shape);
/** Found on the very pixels that are timed: the speed of int8-static does not depend on them. */
const found = collectRanges();
if (precision === 'int8-static') {
  const observing = await engine.createSession(withRanges(graph), { threads: Number(threads) });
  found.add(await observing.run({ pixel_values: pixels }));
  await observing.release();
}
const session = await engine.createSession(graph, {
  threads: Number(threads),
  precision: precision as Precision,
  ranges: precision === 'int8-static' ? found.ranges() : undefined,
});
await serve(async () => (await session.run({ pixel_values: pixels })).logits!.data as Float32Array);

/**
 * The ways in which log(size) enters the attention, over a whole merged ViT-B/16 with random weights, in turn.
 *
 *     npx tsx bench/size-bias.ts [--side 384] [--r 40] [--batch 1] [--threads 1] [--seconds 60]
 *
 * Processor time, because these differences are smaller than what a busy machine adds.
 */
import { parseArgs } from 'node:util';
import { openEngine, tensorData } from '../src/engines/index.js';
import { median } from '../src/measure/summary.js';
import { sizeBiases } from '../src/models/blocks/attention.js';
import { openModel } from '../src/models/open-model.js';
import { parseReduction } from '../src/reduction/registry.js';
import { benchPixels } from './contestants/serve.js';

const { values: options } = parseArgs({
  options: {
    side: { type: 'string', default: '384' },
    r: { type: 'string', default: '40' },
    batch: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
  },
});
const [side, batch] = [Number(options.side), Number(options.batch)];
const model = await openModel({ preset: 'vit-b16', imageSize: side });
const engine = await openEngine('onnxruntime');
const pixels = tensorData(benchPixels(batch, side), [batch, 3, side, side]);
const merging = parseReduction({ method: 'tome', tokensPerLayer: Number(options.r) });

const variants = [
  { name: 'no merging', reduction: parseReduction({ method: 'none' }) },
  ...sizeBiases.map((sizeBias) => ({ name: sizeBias, reduction: merging, sizeBias })),
];
const contestants: { readonly name: string; readonly cpuMs: number[]; run(): Promise<unknown> }[] = [];
for (const { name, ...how } of variants) {
  const { graph } = model.buildVision({ outputs: ['logits'], ...how });
  const session = await engine.createSession(graph, { threads: Number(options.threads) });
  const run = () => session.run({ pixel_values: pixels });
  await run();
  contestants.push({ name, cpuMs: [], run });
}
const end = performance.now() + Number(options.seconds) * 1000;
for (let round = 0; round < 3 || performance.now() < end; round++) {
  for (const { cpuMs, run } of round % 2 === 0 ? contestants : [...contestants].reverse()) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    cpuMs.push((user + system) / 1000);
  }
}
const baseline = contestants[0]!.cpuMs;
console.table(
  contestants.map(({ name, cpuMs }) => ({
    name,
    cpuMs: median(cpuMs).toFixed(1),
    speedup: median(cpuMs.map((value, round) => baseline[round]! / value)).toFixed(3),
    rounds: cpuMs.length,
  })),
);

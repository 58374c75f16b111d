/**
 * ViT-B/16 with random weights in every precision, with and without Turbo, beside the 8-bit export of transformers.js: time,
 * processor time, and how far the logits are from float32.
 *
 *     npx tsx bench/precision.ts [--side 224] [--r 8] [--batch 1] [--threads 2] [--rounds 5] [--python python3]
 *
 * Once before: `npm install --prefix bench` and `pip install -r bench/requirements.txt`. Without the former, ONNX Runtime runs the
 * export in place of transformers.js, which runs it on the same engine. Speed-ups are medians of ratios over rounds; those of processor time tell more on a busy machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/measure/summary.js';
import { inspectModel } from '../src/models/inspect.js';
import { openModel } from '../src/models/open-model.js';
import { type Precision, precisionNames } from '../src/precision/precision.js';
import { parseReduction } from '../src/reduction/registry.js';
import { type Contestant, type Reading, startContestant, turn } from './contestant.js';

const { values: options } = parseArgs({
  options: {
    side: { type: 'string', default: '224' },
    r: { type: 'string', default: '8' },
    batch: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
    precisions: { type: 'string', default: precisionNames.filter((name) => name !== 'float16').join(',') },
  },
});
const here = import.meta.dirname;
const folder = path.join(here, 'build', `vit-${options.side}`);
const quantised = path.join(folder, 'onnx', 'model_quantized.onnx');
const python = (script: string, ...args: string[]) =>
  execFileSync(options.python, [path.join(here, script), folder, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
if (!existsSync(path.join(folder, 'onnx', 'model.onnx'))) python('export_vit.py', '--side', options.side);
if (!existsSync(quantised)) python('quantise_vit.py');

const size = [options.side, options.batch, options.threads];
const inNode = (name: string, file: string, ...args: string[]) =>
  startContestant(name, process.execPath, ['--import', 'tsx', path.join(here, 'contestants', file), ...args]);
const turbo = (name: string, reduction: object, precision: string) =>
  inNode(name, 'turbo-bench.ts', folder, ...size, JSON.stringify(reduction), '', precision);

interface Entry {
  readonly contestant: Contestant;
  readonly weightBytes: number;
}

async function entries(): Promise<Entry[]> {
  const model = await openModel(folder);
  const merging = { method: 'turbo', tokensPerLayer: Number(options.r), alpha: 5 };
  const list: Entry[] = [];
  const names = options.precisions.split(',') as Precision[];
  for (const precision of names) {
    const { weightBytes } = inspectModel(model, parseReduction({ method: 'none' }), precision);
    list.push({ contestant: await turbo(precision, { method: 'none' }, precision), weightBytes });
    if (precision === 'float32' || precision.startsWith('int8-dynamic')) {
      const name = `${precision}, Turbo r=${options.r}`;
      list.push({ contestant: await turbo(name, merging, precision), weightBytes });
    }
  }
  const hasTransformersJs = existsSync(path.join(here, 'node_modules/@huggingface/transformers'));
  const exported = hasTransformersJs
    ? await inNode('transformers.js q8', 'transformers-js.mjs', folder, ...size, 'q8')
    : await inNode('export of transformers.js q8', 'onnx-file.ts', quantised, ...size);
  return [...list, { contestant: exported, weightBytes: statSync(quantised).size }];
}

const list = await entries();
const logits = new Map<string, number[]>();
for (const { contestant } of list) logits.set(contestant.name, await contestant.logits());
const names = list.map(({ contestant: { name } }) => name);
/** Distance of the logits from those in float32 of the same reduction, as a share of their length. */
const errorOf = (name: string): number => {
  const reference = logits.get(name.includes('Turbo') ? `float32, Turbo r=${options.r}` : 'float32')!;
  const squares = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0);
  const off = logits.get(name)!.map((value, at) => value - reference[at]!);
  return Math.sqrt(squares(off) / squares(reference));
};

const readings = new Map<string, Reading[]>(names.map((name) => [name, []]));
for (const { contestant } of list) await contestant.run();
for (let round = 0; round < Number(options.rounds); round++)
  for (const { contestant } of round % 2 === 0 ? list : [...list].reverse())
    readings.get(contestant.name)!.push(await turn(contestant));
for (const { contestant } of list) contestant.stop();

const speedup = (name: string, of: keyof Reading): number =>
  median(readings.get('float32')!.map((reading, round) => reading[of] / readings.get(name)![round]![of]));
console.log(
  `ViT-B/16, ${options.side} px, batch ${options.batch}, ${options.threads} threads, ${options.rounds} rounds`,
);
console.table(
  list.map(({ contestant: { name }, weightBytes }) => ({
    contestant: name,
    wallMs: Number(median(readings.get(name)!.map(({ wallMs }) => wallMs)).toFixed(1)),
    cpuMs: Number(median(readings.get(name)!.map(({ cpuMs }) => cpuMs)).toFixed(1)),
    speedup: speedup(name, 'wallMs').toFixed(2),
    'speedup (cpu)': speedup(name, 'cpuMs').toFixed(2),
    'weights MB': (weightBytes / 1e6).toFixed(1),
    'error of logits, %': (100 * errorOf(name)).toFixed(2),
  })),
);

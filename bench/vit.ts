/**
 * ViT-B/16 with random weights: turbo-bench beside transformers.js, PyTorch, and graphs exported from PyTorch, all on one
 * network, in turn, with ratios.
 *
 *     npx tsx bench/vit.ts [--side 224] [--r 8,16] [--batch 1] [--threads 2] [--seconds 60] [--python python3]
 *
 * Once before: `npm install --prefix bench` and `pip install -r bench/requirements.txt`.
 * Ratios are medians over rounds; every contestant has its turn once in a round. Those of processor time tell more on a busy
 * machine (with one thread; idle threads that spin count as well).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/measure/summary.js';
import { inspectModel } from '../src/models/inspect.js';
import { openModel } from '../src/models/open-model.js';
import { parseReduction } from '../src/reduction/registry.js';
import { type Contestant, type Reading, startContestant, turn } from './contestant.js';

const { values: options } = parseArgs({
  options: {
    side: { type: 'string', default: '224' },
    r: { type: 'string', default: '8,16' },
    batch: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '60' },
    python: { type: 'string', default: 'python3' },
  },
});
const here = import.meta.dirname;
const folder = path.join(here, 'build', `vit-${options.side}`);
const reductions = options.r.split(',').filter((r) => r !== '');
const onnx = (name: string) => path.join(folder, 'onnx', name);

if (!reductions.every((r) => existsSync(onnx(`tome-${r}.onnx`))) || !existsSync(onnx('model.onnx'))) {
  const script = path.join(here, 'export_vit.py');
  execFileSync(options.python, [script, folder, '--side', options.side, '--r', ...reductions], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const size = [options.side, options.batch, options.threads];
const inNode = (name: string, file: string, ...args: string[]) =>
  startContestant(name, process.execPath, ['--import', 'tsx', path.join(here, 'contestants', file), ...args]);
const turbo = (name: string, reduction: object, skip = '') =>
  inNode(name, 'turbo-bench.ts', folder, ...size, JSON.stringify(reduction), skip);
const pytorch = (name: string, r: string) =>
  startContestant(name, options.python, [
    path.join(here, 'contestants', 'time_pytorch.py'),
    folder,
    ...size,
    r,
  ]);

/** A contestant, and the one that its ratio is taken against. */
interface Entry {
  readonly contestant: Contestant;
  readonly beside: string;
  readonly flopRatio?: number;
}

async function entries(): Promise<Entry[]> {
  const model = await openModel(folder);
  const list: Entry[] = [
    { contestant: await turbo('turbo-bench', { method: 'none' }), beside: 'turbo-bench' },
    {
      contestant: await turbo('turbo-bench, unread rows skipped', { method: 'none' }, 'skip'),
      beside: 'turbo-bench',
    },
    {
      contestant: await inNode('transformers.js', 'transformers-js.mjs', folder, ...size),
      beside: 'turbo-bench',
    },
    { contestant: await pytorch('PyTorch', '0'), beside: 'turbo-bench' },
  ];
  for (const r of reductions) {
    const reduction = { method: 'tome', tokensPerLayer: Number(r) };
    const { flopRatio } = inspectModel(model, parseReduction(reduction));
    list.push(
      { contestant: await turbo(`turbo-bench, ToMe r=${r}`, reduction), beside: 'turbo-bench', flopRatio },
      {
        contestant: await inNode(`exported, ToMe r=${r}`, 'onnx-file.ts', onnx(`tome-${r}.onnx`), ...size),
        beside: `turbo-bench, ToMe r=${r}`,
      },
      { contestant: await pytorch(`PyTorch, ToMe r=${r}`, r), beside: 'PyTorch', flopRatio },
    );
  }
  return list;
}

const list = await entries();
const reference = new Map<string, number[]>();
for (const { contestant } of list) {
  const kind = /r=\d+/.exec(contestant.name)?.[0] ?? 'plain';
  const logits = await contestant.logits();
  const first = reference.get(kind) ?? logits;
  reference.set(kind, first);
  const difference = Math.max(...logits.map((logit, at) => Math.abs(logit - first[at]!)));
  if (!(difference < 1e-3)) throw new Error(`${contestant.name} computes something else: ${difference}`);
}

const readings = new Map<string, Reading[]>(list.map(({ contestant }) => [contestant.name, []]));
for (const { contestant } of list) await contestant.run();
const end = performance.now() + Number(options.seconds) * 1000;
for (let round = 0; round < 3 || performance.now() < end; round++) {
  for (const { contestant } of round % 2 === 0 ? list : [...list].reverse()) {
    readings.get(contestant.name)!.push(await turn(contestant));
  }
}
for (const { contestant } of list) contestant.stop();

const ratioTo = (baseline: string, name: string, of: keyof Reading): number =>
  median(readings.get(baseline)!.map((reading, round) => reading[of] / readings.get(name)![round]![of]));
console.log(
  `ViT-B/16, ${options.side} px, batch ${options.batch}, ${options.threads} threads, ${readings.get('turbo-bench')!.length} rounds`,
);
console.table(
  list.map(({ contestant: { name }, beside, flopRatio }) => {
    const wallSpeedup = ratioTo(beside, name, 'wallMs');
    const cpuSpeedup = ratioTo(beside, name, 'cpuMs');
    return {
      contestant: name,
      wallMs: Number(median(readings.get(name)!.map(({ wallMs }) => wallMs)).toFixed(1)),
      cpuMs: Number(median(readings.get(name)!.map(({ cpuMs }) => cpuMs)).toFixed(1)),
      beside,
      speedup: wallSpeedup.toFixed(3),
      'speedup (cpu)': cpuSpeedup.toFixed(3),
      'FLOP ratio': flopRatio?.toFixed(3) ?? '',
      efficiency: flopRatio === undefined ? '' : (wallSpeedup / flopRatio).toFixed(3),
      'efficiency (cpu)': flopRatio === undefined ? '' : (cpuSpeedup / flopRatio).toFixed(3),
    };
  }),
);

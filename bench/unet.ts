/**
 * The U-Net of Stable Diffusion 1.5 with random weights: turbo-bench beside diffusers in PyTorch, plain and with tomesd, on one network, in
 * turn, with ratios. Merged networks are held against the plain one of their own kind, and their speed-up against their FLOP ratio.
 *
 *     npx tsx bench/unet.ts [--side 512] [--batch 2] [--threads 2] [--rounds 3] [--settings 0,1,2,3,4] [--peer false] [--methods turbo] [--python python3]
 *     npx tsx bench/unet.ts --side 768 --batch 1 --settings 4 --peer false --turbo '{"semantic": "previous-block"}'
 *
 * Two programs run at a time: each holds 3.4 GB of weights. `--peer false` leaves PyTorch out, where merging alone is in question;
 * `--turbo` adds parameters to Turbo's.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { flopsOf } from '../src/graph/index.js';
import { median } from '../src/measure/summary.js';
import { openPipeline } from '../src/models/stable-diffusion/open-pipeline.js';
import { diffusionMerging } from '../src/reduction/diffusion/diffusion-merging.js';
import { diffusionMergingOf, parseReduction } from '../src/reduction/registry.js';
import { type Contestant, startContestant, turn } from './contestant.js';

const { values: options } = parseArgs({
  options: {
    side: { type: 'string', default: '512' },
    batch: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    settings: { type: 'string', default: '0,1,2,3,4' },
    peer: { type: 'string', default: 'true' },
    methods: { type: 'string', default: 'tomesd,turbo' },
    turbo: { type: 'string', default: '{}' },
    python: { type: 'string', default: 'python3' },
  },
});
const here = import.meta.dirname;
const folder = path.join(here, 'build', 'unet');
if (!existsSync(path.join(folder, 'config.json')))
  execFileSync(options.python, [path.join(here, 'export_unet.py'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** tomesd's own default, more of it, all parts, all parts of deeper levels too, and as much of it as 2 × 2 cells nearly allow. */
const settings = [
  { ratio: 0.5, maxDownsample: 1, mergeCrossAttention: false, mergeMlp: false },
  { ratio: 0.6, maxDownsample: 1, mergeCrossAttention: false, mergeMlp: false },
  { ratio: 0.6, maxDownsample: 1, mergeCrossAttention: true, mergeMlp: true },
  { ratio: 0.7, maxDownsample: 4, mergeCrossAttention: true, mergeMlp: true },
  { ratio: 0.74, maxDownsample: 4, mergeCrossAttention: true, mergeMlp: true },
] as const;
type Setting = (typeof settings)[number];

const size = [options.side, options.batch, options.threads];
const ours = (name: string, reduction: object): Promise<Contestant> =>
  startContestant(name, process.execPath, [
    ...['--import', 'tsx', path.join(here, 'contestants', 'unet-turbo-bench.ts')],
    ...[folder, ...size, JSON.stringify(reduction)],
  ]);
const theirs = (name: string, setting: Setting | null): Promise<Contestant> =>
  startContestant(name, options.python, [
    path.join(here, 'contestants', 'unet_pytorch.py'),
    ...[folder, ...size, String(setting?.ratio ?? 0), String(setting?.maxDownsample ?? 1)],
    ...[String(setting?.mergeCrossAttention ?? false), String(setting?.mergeMlp ?? false)],
  ]);

/** Runs two programs in turn. @returns wall milliseconds of each, and how many times as fast the second one is */
async function duel(start: readonly (() => Promise<Contestant>)[], compared = false) {
  const contestants = [await start[0]!(), await start[1]!()];
  if (compared) {
    const [one, other] = [await contestants[0]!.logits(), await contestants[1]!.logits()];
    const worst = Math.max(...one!.map((value, at) => Math.abs(value - other![at]!)));
    if (!(worst < 1e-3)) throw new Error(`the two networks differ by ${worst}`);
  }
  const readings: number[][] = [[], []];
  for (let round = 0; round < Number(options.rounds); round++)
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0])
      readings[at]!.push((await turn(contestants[at]!)).wallMs);
  for (const contestant of contestants) contestant.stop();
  return {
    firstMs: median(readings[0]!),
    secondMs: median(readings[1]!),
    ratio: median(readings[0]!.map((ms, round) => ms / readings[1]![round]!)),
  };
}

const pipeline = await openPipeline(folder);
const unet = await pipeline.unet();
const latentSide = Number(options.side) / 8;
const flopsWith = (reduction: object): number => {
  const merging = diffusionMergingOf(parseReduction(reduction));
  const reducer =
    merging === null
      ? null
      : diffusionMerging({ ...merging, ratio: merging.ratio as number }, { textLength: 77 });
  const graph = unet.graph({ height: latentSide, width: latentSide, textLength: 77, reducer });
  return flopsOf(graph, { batch: Number(options.batch) }).total;
};
const plainFlops = flopsWith({ method: 'none' });

console.log(
  `U-Net of SD 1.5, ${options.side} px, batch ${options.batch}, ${options.threads} threads, ${options.rounds} rounds, ${(plainFlops / 1e12).toFixed(2)} TFLOP`,
);
const besidePeer = options.peer === 'true';
if (besidePeer) {
  const plain = await duel(
    [() => theirs('PyTorch', null), () => ours('turbo-bench', { method: 'none' })],
    true,
  );
  console.log(
    `plain: PyTorch ${plain.firstMs.toFixed(0)} ms, turbo-bench ${plain.secondMs.toFixed(0)} ms, ratio ${plain.ratio.toFixed(2)}`,
  );
}
const rows: Record<string, string | number>[] = [];
for (const number of options.settings.split(',').filter((text) => text !== '')) {
  const setting = settings[Number(number)]!;
  const parts = ['attention', ...(setting.mergeMlp ? ['cross-attention', 'mlp'] : [])].join(' + ');
  const label = `ratio ${setting.ratio}, ${parts}, down to ${setting.maxDownsample}`;
  const peer = besidePeer
    ? (await duel([() => theirs('PyTorch', null), () => theirs('tomesd', setting)])).ratio.toFixed(2)
    : 'not run';
  for (const method of options.methods.split(',')) {
    const more = method === 'turbo' ? { alpha: 1, ...JSON.parse(options.turbo) } : {};
    const reduction = { method, ...setting, ...more };
    const { ratio, secondMs } = await duel([
      () => ours('plain', { method: 'none' }),
      () => ours('merged', reduction),
    ]);
    const flopRatio = plainFlops / flopsWith(reduction);
    rows.push({
      setting: label,
      method: method === 'turbo' ? `turbo ${options.turbo}` : method,
      ms: Math.round(secondMs),
      'speed-up': ratio.toFixed(2),
      'FLOP ratio': flopRatio.toFixed(2),
      efficiency: (ratio / flopRatio).toFixed(2),
      'tomesd in PyTorch': peer,
    });
  }
}
console.table(rows);
pipeline.close();

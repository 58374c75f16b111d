/**
 * BLIP-base with random weights writing captions: turbo-bench beside transformers' `generate` in PyTorch, on one network, in turn, with ratios; the
 * image encoder and the decoder apart.
 *
 *     npx tsx bench/captioning.ts [--batch 8] [--tokens 20] [--r 40] [--threads 2] [--rounds 5] [--python python3]
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
    batch: { type: 'string', default: '8' },
    tokens: { type: 'string', default: '20' },
    r: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
  },
});
const side = '384';
const here = import.meta.dirname;
const folder = path.join(here, 'build', 'blip-captioning');
if (!existsSync(path.join(folder, 'config.json')))
  execFileSync(options.python, [path.join(here, 'export_blip.py'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

interface CaptionReading extends Reading {
  readonly visionMs: number;
  readonly decoderMs: number;
  readonly secondStepMs?: number;
  readonly lastStepMs?: number;
}

const size = [side, options.batch, options.threads, options.tokens];
const reduction = { method: 'turbo', tokensPerLayer: Number(options.r), alpha: 5 };
const ours = (name: string, choice: object): Promise<Contestant> =>
  startContestant(name, process.execPath, [
    ...['--import', 'tsx', path.join(here, 'contestants', 'caption-turbo-bench.ts')],
    ...[folder, ...size, JSON.stringify(choice)],
  ]);
const contestants = [
  await startContestant('transformers', options.python, [
    path.join(here, 'contestants', 'caption_pytorch.py'),
    folder,
    ...size,
  ]),
  await ours('turbo-bench', { method: 'none' }),
  await ours(`turbo-bench, Turbo r=${options.r}`, reduction),
];
const [theirs, same] = [await contestants[0]!.logits(), await contestants[1]!.logits()];
if (JSON.stringify(theirs) !== JSON.stringify(same)) throw new Error('the two write different captions');

const readings = new Map<string, CaptionReading[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < Number(options.rounds); round++)
  for (const contestant of round % 2 === 0 ? contestants : [...contestants].reverse())
    readings.get(contestant.name)!.push((await turn(contestant)) as CaptionReading);
for (const contestant of contestants) contestant.stop();

const ratio = (name: string, other: string, of: keyof CaptionReading): string =>
  median(readings.get(other)!.map((reading, at) => reading[of]! / readings.get(name)![at]![of]!)).toFixed(2);
const middle = (name: string, of: keyof CaptionReading): number | string => {
  const values = readings.get(name)!.map((reading) => reading[of]);
  return values[0] === undefined ? '' : Number(median(values as number[]).toFixed(1));
};
console.log(
  `BLIP-base, ${side} px, batch ${options.batch}, greedy, ${options.tokens} tokens, ${options.threads} threads, ${options.rounds} rounds`,
);
console.table(
  contestants.map(({ name }) => ({
    contestant: name,
    'captions/s': ((1000 * Number(options.batch)) / Number(middle(name, 'wallMs'))).toFixed(2),
    'image encoder ms': middle(name, 'visionMs'),
    'decoder ms': middle(name, 'decoderMs'),
    'step 2 ms': middle(name, 'secondStepMs'),
    'last step ms': middle(name, 'lastStepMs'),
    'speed-up': ratio(name, 'transformers', 'wallMs'),
    'of the encoder': ratio(name, 'transformers', 'visionMs'),
    'of the decoder': ratio(name, 'transformers', 'decoderMs'),
  })),
);
const merged = contestants[2]!.name;
const { flopRatio } = inspectModel(await openModel(folder), parseReduction(reduction));
const speedup = Number(ratio(merged, 'turbo-bench', 'visionMs'));
console.log(
  `${merged}: image encoder ${speedup}×, FLOP ratio ${flopRatio.toFixed(3)}, efficiency ${(speedup / flopRatio).toFixed(3)}`,
);

/**
 * From JPEG files to logits, decoding included: turbo-bench beside transformers.js on one ViT-B/16 with random weights, in turn.
 *
 *     npx tsx bench/image-files.ts [--images 8] [--threads 2] [--seconds 60]
 *
 * Once before: `npm run build`, `npm install --prefix bench`, and `npx tsx bench/vit.ts`, which exports the network.
 * The picture is the 640 × 480 JPEG of the fixtures, read anew from the disk each time.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/measure/summary.js';
import { startContestant, turn } from './contestant.js';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '60' },
  },
});
const here = import.meta.dirname;
const folder = path.join(here, 'build', 'vit-224');
const image = path.join(here, '..', 'test', 'fixtures', 'images', 'files', 'large-640x480.jpg');
const start = (name: string, file: string, ...more: string[]) =>
  startContestant(name, process.execPath, [
    ...['--import', 'tsx', path.join(here, 'contestants', file)],
    ...[folder, options.threads, image, options.images, ...more],
  ]);

const plain = JSON.stringify({ method: 'none' });
const merging = JSON.stringify({ method: 'turbo', tokensPerLayer: 8, alpha: 5 });
const contestants = [
  await start('transformers.js', 'transformers-js-files.mjs'),
  await start('turbo-bench', 'turbo-bench-files.ts', plain),
  await start('turbo-bench, unread rows skipped', 'turbo-bench-files.ts', plain, 'skip'),
  await start('turbo-bench, Turbo r=8', 'turbo-bench-files.ts', merging),
];
const durations = contestants.map((): number[] => []);
for (const contestant of contestants) await contestant.run();
const end = performance.now() + Number(options.seconds) * 1000;
for (let round = 0; round < 3 || performance.now() < end; round++)
  for (const [index, contestant] of contestants.entries())
    durations[index]!.push((await turn(contestant)).wallMs);
for (const contestant of contestants) contestant.stop();

console.log(`JPEG to logits, ViT-B/16, 224 px, ${options.threads} threads, ${durations[0]!.length} rounds`);
console.table(
  contestants.map(({ name }, index) => ({
    contestant: name,
    imagesPerSecond: ((1000 * Number(options.images)) / median(durations[index]!)).toFixed(2),
    'speed beside transformers.js': median(
      durations[0]!.map((duration, round) => duration / durations[index]![round]!),
    ).toFixed(3),
  })),
);

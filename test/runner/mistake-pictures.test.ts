import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GroupMistakes } from '../../src/report/page/mistakes.js';
import { JOURNAL_FILE } from '../../src/runner/journal.js';
import { type JournalLine, keptSamplesOf, picturesOf } from '../../src/runner/journal-lines.js';
import { keepMistakePictures } from '../../src/runner/mistake-pictures.js';
import { folderOf } from '../datasets/small-datasets.js';

const EXPERIMENT = {
  tasks: [{ task: 'nlvr2' as const, dataset: 'nlvr2', split: 'dev' }],
  ...{ limit: undefined, seed: 0 },
};
const statement = (identifier: string): string =>
  `${JSON.stringify({ identifier, sentence: 'Two dogs run.', label: 'True', writer: 1, synset: 'dog' })}\n`;
const ofSamples = (...samples: readonly string[]): GroupMistakes[] => [
  {
    ...{ baseline: 'none', dataset: 'nlvr2/dev', samples: 2, count: samples.length },
    shown: samples.map((sample) => ({ sample, label: 'true', wrong: [] })),
  },
];
const keptOf = (lines: readonly JournalLine[], sample: string) => keptSamplesOf(lines)('nlvr2/dev', sample);

describe('the pictures of mistakes', () => {
  let data: string;
  let folder: string;
  beforeAll(async () => {
    const picture = (width: number, color: string): Promise<Buffer> =>
      sharp({ create: { width, height: 300, channels: 3, background: color } })
        .png()
        .toBuffer();
    const [left, right] = await Promise.all([picture(600, 'red'), picture(100, 'blue')]);
    data = await folderOf({
      'nlvr2/dev.json': statement('dev-1-0-0') + statement('dev-2-0-0'),
      'nlvr2/dev/dev-1-0-img0.png': left,
      'nlvr2/dev/dev-1-0-img1.png': right,
      'nlvr2/dev/dev-2-0-img0.png': left,
      'nlvr2/dev/dev-2-0-img1.png': right.subarray(0, 80),
    });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mistakes-'));
    vi.stubEnv('TURBO_BENCH_DATA', data);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('are kept in the journal, small, both of a pair in their order, with the sentence', async () => {
    const lines = await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT);
    const { pictures: keys, text } = keptOf(lines, 'dev-1-0-0')!;
    expect(text).toBe('Two dogs run.');
    const pictures = keys.map((key) => picturesOf(lines).get(key)!);
    const sizes = await Promise.all(
      pictures.map(({ jpegBase64 }) => sharp(Buffer.from(jpegBase64, 'base64')).metadata()),
    );
    expect(sizes.map(({ format, width, height }) => [format, width, height])).toEqual([
      ['jpeg', 224, 112],
      ['jpeg', 75, 224],
    ]);
  });

  it('are not written twice when a run goes on', async () => {
    const first = await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT);
    const written = readFileSync(join(folder, JOURNAL_FILE), 'utf8');
    expect(await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT)).toEqual(first);
    expect(readFileSync(join(folder, JOURNAL_FILE), 'utf8')).toBe(written);
  });

  it('are left out where one cannot be decoded, where the sample is unknown and where the dataset is gone', async () => {
    const samples = ofSamples('dev-2-0-0', 'dev-3-0-0');
    expect(await keepMistakePictures(folder, samples, EXPERIMENT)).toEqual([]);
    vi.stubEnv('TURBO_BENCH_DATA', join(data, 'gone'));
    expect(await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT)).toEqual([]);
    expect(await keepMistakePictures(folder, ofSamples('dev-1-0-0'), { ...EXPERIMENT, tasks: [] })).toEqual(
      [],
    );
  });

  it('stay those of an earlier run where the dataset is gone', async () => {
    const first = await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT);
    vi.stubEnv('TURBO_BENCH_DATA', join(data, 'gone'));
    const later = await keepMistakePictures(folder, ofSamples('dev-1-0-0'), EXPERIMENT);
    expect(keptOf(later, 'dev-1-0-0')?.pictures).toHaveLength(2);
    expect(keptOf(later, 'dev-1-0-0')).toEqual(keptOf(first, 'dev-1-0-0'));
  });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/report.js';
import { sampleSheet } from '../../src/report/sample-sheet.js';
import type { ShownExample } from '../../src/report/shown-example.js';
import { groupTrials } from '../../src/report/trial-groups.js';
import { exampleRow } from './example-rows.js';

const example = (sample: string, said: string, question: string | null = null): ShownExample => ({
  ...{ sample, picture: 'red', question, said, expected: 'a red <square>' },
  score: 1.25,
});
const captioning = { model: 'blip', task: 'captioning', dataset: 'scenes', metrics: { cider: 1.25 } };
const rows = [
  exampleRow({
    ...captioning,
    method: 'turbo',
    parameters: { tokensPerLayer: 8 },
    speedup: 1.5,
    examples: [example('1', 'a blue circle & more'), example('2', 'a dog')],
  }),
  exampleRow({
    ...captioning,
    method: 'turbo',
    parameters: { tokensPerLayer: 16 },
    speedup: 2,
    examples: [example('1', 'a red square'), example('2', 'a dog')],
  }),
  exampleRow({ ...captioning, speedup: 1, examples: [example('1', 'a red square'), example('2', 'a dog')] }),
];
const jpeg = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#d01010' } })
  .jpeg()
  .toBuffer();
const pictures = new Map([['red', { key: 'red', jpegBase64: jpeg.toString('base64') }]]);
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*fill="([^"]*)"[^>]*>([^<]*)</g)].map(([, fill, text]) => ({ fill, text }));

describe('a sample sheet', () => {
  const sheet = sampleSheet(groupTrials(rows)[0]!, pictures)!;

  it('names every variant, the unreduced model first, with its speed-up and the score', () => {
    const texts = textsOf(sheet).map(({ text }) => text!);
    const first = texts.slice(texts.indexOf('No reduction'));
    expect(first.slice(0, 9)).toEqual([
      ...['No reduction', '1.25', 'a red square'],
      ...['Turbo, r = 8, 1.50×', '1.25', 'a blue circle &#38; more'],
      ...['Turbo, r = 16, 2.00×', '1.25', 'a red square'],
    ]);
    expect(texts).toContain('People: a red &#60;square&#62;');
  });

  it('marks what is not valid, and shows no speed-up of it', () => {
    const doubtful = rows.map((row) => (row.speedup === 2 ? { ...row, status: 'invalid' as const } : row));
    const marked = sampleSheet(groupTrials(doubtful)[0]!, pictures)!;
    const names = textsOf(marked).map(({ text }) => text);
    expect(names).toContain('Turbo, r = 16, not valid');
    expect(names).not.toContain('Turbo, r = 16, 2.00×');
    expect(marked.match(/<circle[^>]*fill="none"/g)).toHaveLength(2);
    expect(sheet).not.toMatch(/<circle[^>]*fill="none"/);
  });

  it('greys out what merging did not change', () => {
    const colors = new Map(textsOf(sheet).map(({ text, fill }) => [text!, fill!]));
    expect(colors.get('a blue circle &#38; more')).toBe(colors.get('What does each variant say?'));
    expect(
      textsOf(sheet)
        .filter(({ text }) => text === 'a red square')
        .at(-1)!.fill,
    ).not.toBe(colors.get('a blue circle &#38; more'));
  });

  it('breaks long answers into lines that do not leave the sheet', () => {
    const long = Array(60).fill('marmalade').join(' ');
    const svg = sampleSheet(
      groupTrials([exampleRow({ ...captioning, examples: [example('1', long, 'What is it?')] })])[0]!,
      pictures,
    )!;
    const lines = textsOf(svg).filter(({ text }) => text!.includes('marmalade'));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.map(({ text }) => text).join(' ')).toBe(long);
    expect(textsOf(svg).map(({ text }) => text)).toContain('What is it?');
  });

  it('is there for trials that say something alone, and goes when they go', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sheet-'));
    const silent = exampleRow({ metrics: { top1: 0.5 } });
    const { files } = await renderReport([...rows, silent], folder, { charts: [], pictures });
    const drawn = ['samples/blip-captioning-scenes.svg', 'samples/blip-captioning-scenes.png'];
    expect(files).toEqual(['results.csv', 'tables.md', 'report.html', ...drawn]);
    const png = sharp(join(folder, drawn[1]!));
    expect((await png.metadata()).width).toBe(1600);
    const { data } = await png
      .extract({ left: 120, top: 240, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]! - data[1]!).toBeGreaterThan(100);
    await renderReport([silent], folder, { charts: [] });
    expect(await readdir(join(folder, 'samples'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../src/report/contact-sheet.js';
import { renderReport } from '../../src/report/report.js';
import { groupTrials } from '../../src/report/trial-groups.js';
import type { TrialRow } from '../../src/report/trial-row.js';
import { exampleRow } from './example-rows.js';

const COLORS = { red: '#d01010', blue: '#1010d0' };
const pictures = new Map(
  await Promise.all(
    Object.entries(COLORS).map(async ([key, background]) => {
      const jpeg = await sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .jpeg()
        .toBuffer();
      return [key, { key, jpegBase64: jpeg.toString('base64') }] as const;
    }),
  ),
);
const task = { model: 'sd', task: 'text-to-image', dataset: 'prompts' };
const shownAs = (picture: string, psnr: number | null) =>
  ['a fox & "more"', 'a <cat>'].map((prompt, position) => ({ position, prompt, picture, psnr }));
const merged = (ratio: number, parts: Partial<TrialRow> = {}): TrialRow =>
  exampleRow({
    ...{ ...task, method: 'tomesd', parameters: { ratio }, speedup: 1.25, secondsPerImage: 0.51234 },
    ...{ metrics: { psnr: 20 + ratio }, shown: shownAs('blue', 20 + ratio), ...parts },
  });
const plain = exampleRow({ ...task, speedup: 1, secondsPerImage: 2, shown: shownAs('red', null) });
const sheetOf = (rows: readonly TrialRow[]) => contactSheet(groupTrials(rows)[0]!, pictures);
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!);

describe('a contact sheet', () => {
  it('heads every variant with method, parameters, seconds and PSNR, the unmerged model first', () => {
    const texts = textsOf(sheetOf([merged(0.3), merged(0.6, { status: 'invalid' }), plain])!);
    expect(texts.slice(texts.indexOf('No reduction'), texts.indexOf('a fox &#38; &#34;more&#34;'))).toEqual([
      ...['No reduction', '2 s/image'],
      ...['tomesd', 'ratio = 0.3', '0.512 s/image', '1.25×', 'PSNR 20.3 dB'],
      ...['tomesd', 'ratio = 0.6', '0.512 s/image', '1.25×', 'PSNR 20.6 dB', 'not valid'],
    ]);
    expect(texts.slice(-3)).toEqual(['a &#60;cat&#62;', '20.3 dB', '20.6 dB']);
  });

  it('has a picture for every prompt and variant, and leaves out what is not there', () => {
    const missing = merged(0.6, { shown: [{ position: 0, prompt: 'a fox', picture: 'gone', psnr: null }] });
    const svg = sheetOf([plain, merged(0.3), missing])!;
    expect(svg.split('<image ')).toHaveLength(1 + 2 * 2);
  });

  it('puts many variants below each other, beside the unmerged pictures once more', () => {
    const svg = sheetOf([plain, ...Array.from({ length: 9 }, (_, at) => merged(at / 10))])!;
    expect(textsOf(svg).filter((text) => text === 'No reduction')).toHaveLength(2);
    expect(textsOf(svg).filter((text) => text === 'tomesd')).toHaveLength(9);
    const width = Number(/<svg[^>]*width="(\d+)"/.exec(svg)![1]);
    const right = Math.max(
      ...[...svg.matchAll(/<image x="([\d.]+)"[^>]*width="(\d+)"/g)].map(
        ([, x, side]) => Number(x) + Number(side),
      ),
    );
    expect(right).toBeLessThanOrEqual(width);
  });

  it('is drawn from rows and pictures alone, and not for tasks without pictures', async () => {
    expect(sheetOf([exampleRow({ metrics: { top1: 0.5 } })])).toBeUndefined();
    const folder = await mkdtemp(join(tmpdir(), 'contact-'));
    const { files } = await renderReport([plain, merged(0.3)], folder, { charts: [], pictures });
    expect(files).toContain('samples/sd-text-to-image-prompts.png');
    const png = sharp(join(folder, 'samples/sd-text-to-image-prompts.png'));
    const { width } = await png.metadata();
    expect(width).toBe(1600);
    const colorAt = async (left: number, top: number) => {
      const { data } = await png
        .clone()
        .extract({ left, top, width: 1, height: 1 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return [...data];
    };
    const top = 2 * Number(/<image x="[\d.]+" y="([\d.]+)"/.exec(sheetOf([plain, merged(0.3)])!)![1]) + 40;
    const [red, , blue] = await colorAt(2 * 148 + 40, top);
    expect(red! - blue!).toBeGreaterThan(100);
    await rm(folder, { recursive: true });
  });
});

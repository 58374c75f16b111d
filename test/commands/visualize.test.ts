import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Visualize from '../../src/commands/visualize.js';
import { printed } from './printed.js';

const root = path.resolve('package.json');
const vit = path.resolve('test/fixtures/models/vit');
const folder = mkdtempSync(path.join(tmpdir(), 'turbo-bench-merging-'));
const cat = path.join(folder, 'cat.png');
const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
await sharp({ create: { width: 80, height: 70, channels: 3, background: 'teal', noise } })
  .png()
  .toFile(cat);
const turbo = ['--reduction', '{method: turbo, tokensPerLayer: 8}'];

function visualize(...args: string[]): Promise<string> {
  return printed(() => Visualize.run([...args, '--threads', '1', '--out', folder], root));
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('visualize', { timeout: 120_000 }, () => {
  it('writes the view that was asked for, side by side for several reductions', async () => {
    const pruning = ['--reduction', '{method: pruning, tokensPerLayer: 8}'];
    const text = await visualize(vit, cat, ...turbo, ...pruning, '--views', 'sizes', '--layers', '3');
    const file = path.join(folder, 'cat.sizes.png');
    expect(text.trim()).toBe(file);
    expect((await sharp(file).metadata()).width).toBe(1600);
  });

  it('gives regions, S, R and sizes as data', async () => {
    const text = await visualize(vit, cat, ...turbo, '--format', 'svg', '--views', 'regions', '--json');
    const { pictures } = JSON.parse(text);
    const [first] = pictures[0].variants[0].layers;
    expect(first.regions.ofPatch).toHaveLength(64);
    expect(first.regions.sizes.reduce((sum: number, size: number) => sum + size)).toBe(64);
    expect(first.semantic).toHaveLength(64);
    expect(first.pairs[0]).toEqual({
      source: [expect.any(Number)],
      destination: [expect.any(Number)],
      redundancy: expect.any(Number),
    });
    expect(readFileSync(path.join(folder, 'cat.regions.svg'), 'utf8')).toContain('<svg');
  });

  it('writes a page with every α', async () => {
    await visualize(vit, cat, ...turbo, '--format', 'html');
    const html = readFileSync(path.join(folder, 'cat.merging.html'), 'utf8');
    const { variants } = JSON.parse(/id="data">(.*?)<\/script>/.exec(html)![1]!);
    const alphas = variants.map(({ parameters }: { parameters: { alpha: number } }) => parameters.alpha);
    expect(alphas).toEqual([0, 1, 2, 3, 5, 7, 10]);
  });

  it('draws chosen steps and levels of a U-Net over the pictures that it makes', async () => {
    const sd1 = path.resolve('test/fixtures/diffusion/sd1');
    const run = [
      '--steps',
      '2',
      '--at-steps',
      '1',
      '--text',
      'a cat',
      '--views',
      'regions',
      '--format',
      'svg',
    ];
    const turboHalf = ['--reduction', '{method: turbo, ratio: 0.5, maxDownsample: 2}'];
    const text = await visualize(sd1, ...run, ...turboHalf, '--json');
    const { pictures } = JSON.parse(text);
    const layers = pictures[0].variants[0].layers;
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(['step 1, level 0', 'step 1, level 1']);
    for (const { tokensBefore, tokensAfter, regions, grid } of layers) {
      expect(tokensAfter).toBe(tokensBefore / 2);
      expect(regions.sizes).toHaveLength(tokensAfter);
      expect(regions.ofPatch).toHaveLength(grid.rows * grid.columns);
    }
  });

  const broken = path.join(folder, 'broken.png');
  writeFileSync(broken, 'no picture');
  it.each([
    ['no picture', [vit, ...turbo], /no picture to look at/],
    ['a missing picture', [vit, path.join(folder, 'dog.png'), ...turbo], /dog.png does not exist/],
    ['a damaged picture', [vit, broken, ...turbo], /broken.png cannot be decoded/],
    ['no reduction', [vit, cat], /no merging to show/],
    ['none alone', [vit, cat, '--reduction', '{method: none}'], /other than none/],
    [
      'a block that is not there',
      [vit, cat, ...turbo, '--layers', '0,4'],
      /block that there is not[\s\S]*4[\s\S]*0 to 3/,
    ],
    ['a view that is not there', [vit, cat, ...turbo, '--views', 'regoins'], /did you mean regions/],
    ['a method of U-Nets', [vit, cat, '--reduction', '{method: tomesd, ratio: 0.5}'], /diffusion networks/],
    [
      'a picture for a pipeline',
      [path.resolve('test/fixtures/diffusion/sd1'), cat, '--reduction', '{method: tomesd, ratio: 0.5}'],
      /makes its picture from --text/,
    ],
    ['steps of an encoder', [vit, cat, ...turbo, '--steps', '3'], /--steps says nothing about this model/],
    ['a text for a model that reads none', [vit, cat, ...turbo, '--text', 'a cat'], /does not read a text/],
  ])('refuses %s', async (_, args, reason) => {
    expect(await visualize(...args)).toMatch(reason);
    expect(process.exitCode).toBe(2);
    expect(existsSync(path.join(folder, 'broken.regions.png'))).toBe(false);
  });
});

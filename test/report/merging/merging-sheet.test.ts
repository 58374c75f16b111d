import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { heatColor, scaleOver } from '../../../src/report/merging/heat-scale.js';
import { mergingPage } from '../../../src/report/merging/merging-page.js';
import { onlyLayers } from '../../../src/report/merging/merging-picture.js';
import { mergingSheet } from '../../../src/report/merging/merging-sheet.js';
import { mergingViews } from '../../../src/report/merging/merging-view.js';
import { mergingPageData } from '../../../src/report/merging/page-data.js';
import { smallPicture } from './small-picture.js';

const [regions, semantic, redundancy, sizes] = mergingViews as [
  (typeof mergingViews)[number],
  (typeof mergingViews)[number],
  (typeof mergingViews)[number],
  (typeof mergingViews)[number],
];

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

describe('a sheet of merging', () => {
  it('heads its columns with method, parameters and tokens, and its rows with the block', () => {
    const texts = textsOf(mergingSheet(smallPicture(), regions));
    expect(texts).toEqual(
      expect.arrayContaining(['Turbo', 'r = 1, α = 5', '7 → 5 tokens', 'Pruning', 'block 0', 'block 1']),
    );
    expect(texts).toContain('7 → 6 tokens');
  });

  it('fills merged patches with their mean colour, and leaves dropped ones blank', () => {
    const svg = mergingSheet(smallPicture(), regions);
    expect(svg).toContain('fill="#5000ff"');
    expect(svg.match(/<path fill="white" d="M[^"]*"/g)).toHaveLength(2);
  });

  it('tells the range of its colours', () => {
    expect(textsOf(mergingSheet(smallPicture(), semantic))).toEqual(expect.arrayContaining(['0.1', '0.2']));
    expect(textsOf(mergingSheet(smallPicture(), redundancy))).toContain('1 pair, R 0.75 to 0.75');
    expect(textsOf(mergingSheet(smallPicture(), sizes))).toContain('largest 2, 2 of several');
  });

  it('shows the layers that were asked for', () => {
    const texts = textsOf(mergingSheet(onlyLayers(smallPicture(), [1]), regions));
    expect(texts).toContain('block 1');
    expect(texts).not.toContain('block 0');
  });

  it('keeps a name full of markup as text', () => {
    const svg = mergingSheet(smallPicture({ name: '<script>"&.png' }), regions);
    expect(svg).not.toContain('<script>');
  });
});

describe('heat colours', () => {
  it('stay at their ends beyond the range, and do without a range', () => {
    const scale = scaleOver([0.1, 0.2, 0.4], 'logarithmic', 0);
    expect(heatColor(0, scale)).toBe('#440154');
    expect(heatColor(9, scale)).toBe('#fde725');
    expect(heatColor(3, scaleOver([3, 3], 'linear', 0))).toBe('#440154');
    expect(heatColor(3, scaleOver([], 'logarithmic', 0.02))).toMatch(/^#/);
  });
});

describe('the page of merging', () => {
  const picture = smallPicture();
  const alphas = [0, 5].map((alpha) => ({
    ...picture.variants[0]!,
    parameters: { tokensPerLayer: 1, alpha },
  }));

  it('has one column for variants that differ in α alone', () => {
    const data = mergingPageData({ ...picture, variants: [...alphas, picture.variants[1]!] });
    expect(data.columns.map(({ name, choices }) => [name, choices.length])).toEqual([
      ['Turbo', 2],
      ['Pruning', 1],
    ]);
    expect(data.alphas).toEqual([0, 5]);
    expect(data.layerNames).toEqual(['block 0', 'block 1']);
    expect(data.columns[0]!.choices[0]!.layers[1]!.sizes).toEqual([2, 2, 1, 1]);
  });

  it('allows its own script and nothing else', () => {
    const html = mergingPage(picture);
    const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!;
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`default-src 'none'; script-src 'sha256-${hash}'; style-src`);
    expect(html.replaceAll('http-equiv', '')).not.toMatch(/https?:|<link rel="stylesheet/);
  });

  it('keeps a name full of markup as text', () => {
    const html = mergingPage({ ...picture, name: '</script><img onerror=x>.png', text: '<b>' });
    expect(html).not.toContain('<img onerror');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});

import { scheme } from 'vega';
import { describe, expect, it } from 'vitest';
import { HEAT_COLORS } from '../../../src/report/merging/heat-colors.js';
import { heatColor, scaleOver } from '../../../src/report/merging/heat-scale.js';
import { onlyLayers } from '../../../src/report/merging/merging-picture.js';
import { mergingSheet } from '../../../src/report/merging/merging-sheet.js';
import { mergingViews } from '../../../src/report/merging/merging-view.js';
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
  it('are those of viridis in Vega', () => {
    const viridis = scheme('viridis') as unknown as (share: number) => string;
    const channelsOf = (color: string): number[] =>
      color.startsWith('#')
        ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
        : color.match(/\d+/g)!.map(Number);
    expect(HEAT_COLORS.map(channelsOf)).toEqual(HEAT_COLORS.map((_, step) => channelsOf(viridis(step / 63))));
  });

  it('stay at their ends beyond the range, and do without a range', () => {
    const scale = scaleOver([0.1, 0.2, 0.4], 'logarithmic', 0);
    expect(heatColor(0, scale)).toBe('#440154');
    expect(heatColor(9, scale)).toBe('#fde725');
    expect(heatColor(3, scaleOver([3, 3], 'linear', 0))).toBe('#440154');
    expect(heatColor(3, scaleOver([], 'logarithmic', 0.02))).toMatch(/^#/);
  });
});

import { describe, expect, it } from 'vitest';
import { accuracyByAmount } from '../../../src/report/charts/accuracy-by-amount.js';
import { amountOf, amountReading, amountText } from '../../../src/report/charts/amount.js';
import { compression } from '../../../src/report/charts/compression.js';
import { speedupByFlops } from '../../../src/report/charts/speedup-by-flops.js';
import { tradeOff } from '../../../src/report/charts/trade-off.js';
import {
  layersOf,
  legendOf,
  onlyDrawing,
  pointsOf,
  reducedBy,
  subtitleOf,
  unreduced,
  wordsOf,
} from './drawn.js';

const byTokens = [8, 16].map((r) => reducedBy({ tokensPerLayer: r }));
const byShare = [0.05, 0.125].map((ratio) => reducedBy({ ratio }));
const ramps = [8, 16].map((r) => reducedBy({ tokensPerLayer: r, inflect: -1 }));
const lists = ['4 4 8', '8 8 8'].map((list) => reducedBy({ tokensPerLayer: list }));

describe('the amount of a row', () => {
  it('is r, the r of a ramp, or the share, and nothing for a list', () => {
    expect([byTokens[0]!, ramps[0]!, byShare[1]!, lists[0]!].map(amountOf)).toEqual([
      { kind: 'tokens', value: 8, isRamp: false },
      { kind: 'tokens', value: 8, isRamp: true },
      { kind: 'share', value: 0.125, isRamp: false },
      undefined,
    ]);
  });

  it('is a constant where a ramp does not rise or fall', () => {
    expect(amountText(reducedBy({ tokensPerLayer: 8, inflect: 0 }))).toBe('8');
  });

  it('has a label that tells its kind', () => {
    expect([byTokens[0]!, ramps[0]!, ...byShare, lists[0]!].map(amountText)).toEqual([
      ...['8', '8 ramp', '5%', '12.5%', ''],
    ]);
  });

  it('is explained by its kinds, and not at all where there is none', () => {
    expect(amountReading(byTokens)).toEqual(['numbers: tokens merged per layer (r)']);
    expect(amountReading(byShare)).toEqual(['numbers: share of tokens merged']);
    expect(amountReading([...byShare, ...byTokens])).toEqual([
      'numbers: tokens merged per layer (r), with % the share of tokens merged',
    ]);
    expect(amountReading(ramps)).toContain('ramp: r on average');
    expect(amountReading(lists)).toEqual([]);
  });
});

describe('accuracy by r', () => {
  it('has a drawing for tokens and one for shares, each with an axis of its own', async () => {
    const drawings = accuracyByAmount.draw([unreduced(), ...byTokens, ...byShare]);
    expect(drawings.map(({ file }) => file.replace(/-emoji-clip.*/, ''))).toEqual([
      'accuracy-by-r',
      'accuracy-by-ratio',
    ]);
    const [tokens, shares] = drawings;
    expect(pointsOf(tokens!).map(({ x }) => x)).toEqual([0, 8, 16]);
    expect(pointsOf(shares!).map(({ x }) => x)).toEqual([0, 0.05, 0.125]);
    expect(await wordsOf(tokens!)).toEqual(expect.arrayContaining(['8', '16', 'tokens merged per layer, r']));
    expect(await wordsOf(shares!)).toEqual(
      expect.arrayContaining(['5%', '12.5%', 'share of tokens merged per layer']),
    );
  });

  it('keeps its name for shares alone', () => {
    const { file } = onlyDrawing(accuracyByAmount, [unreduced(), ...byShare]);
    expect(file).toBe('accuracy-by-r-emoji-clip-classification-emoji-objects');
  });

  it('leaves out a kind of which there is one amount', () => {
    expect(pointsOf(onlyDrawing(accuracyByAmount, [unreduced(), ...byTokens, byShare[0]!]))).toHaveLength(3);
  });

  it('names every r that was measured, however many there are', async () => {
    const many = Array.from({ length: 15 }, (_, at) => reducedBy({ tokensPerLayer: 2 * at + 2 }));
    const words = await wordsOf(onlyDrawing(accuracyByAmount, [unreduced(), ...many]));
    expect(words).toEqual(
      expect.arrayContaining(many.map(({ parameters }) => `${parameters.tokensPerLayer}`)),
    );
  });

  it('draws a ramp as a line beside the constant r, and says that its r is an average', async () => {
    const drawing = onlyDrawing(accuracyByAmount, [unreduced(), ...byTokens, ...ramps]);
    expect(legendOf(drawing)).toEqual(['No reduction', 'ToMe', 'ToMe, inflect = -1']);
    expect(await wordsOf(drawing)).toContain('tokens merged per layer, r (of a ramp: on average)');
  });
});

describe('the labels of points', () => {
  it('are explained as shares where rows merge shares', () => {
    const rows = [unreduced(), ...byShare];
    for (const chart of [tradeOff, speedupByFlops]) {
      expect(subtitleOf(onlyDrawing(chart, rows))).toContain('Numbers: share of tokens merged');
      expect(subtitleOf(onlyDrawing(chart, rows))).not.toContain('(r)');
    }
  });

  it('are explained as shares also beside other precisions', () => {
    const precisions = ['float32', 'int8'].flatMap((precision) => [
      unreduced(precision),
      ...[0.05, 0.1].map((ratio) => reducedBy({ ratio, precision })),
    ]);
    expect(subtitleOf(onlyDrawing(compression, precisions))).toContain('Numbers: share of tokens merged');
  });

  it('are not explained where there are none', () => {
    expect(subtitleOf(onlyDrawing(speedupByFlops, [unreduced(), ...lists]))).not.toContain('umbers');
  });

  it('tell a ramp from a constant r in the same colour', async () => {
    const words = await wordsOf(onlyDrawing(speedupByFlops, [unreduced(), byTokens[0]!, ramps[1]!]));
    expect(words).toEqual(expect.arrayContaining(['8', '16 ramp']));
  });
});

describe('the lines of the trade-off', () => {
  it('never join a share to an r', async () => {
    const drawing = onlyDrawing(tradeOff, [unreduced(), ...byTokens, ...byShare]);
    const line = layersOf(drawing).find(({ mark }) => mark.type === 'line' && mark.strokeWidth === 1.75)!;
    expect(line.data.values.map(({ series, kind }) => `${series}: ${kind}`)).toEqual([
      ...['ToMe: tokens', 'ToMe: tokens', 'ToMe: share', 'ToMe: share'],
    ]);
    expect(line.encoding.detail).toEqual([
      { field: 'series', type: 'nominal' },
      { field: 'kind', type: 'nominal' },
    ]);
  });
});

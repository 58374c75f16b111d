import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tradeOff } from '../../../src/report/charts/trade-off.js';
import { changedWords, comparedSamples, lostSamples } from '../../../src/report/page/changed-samples.js';
import { darkChart, darkTone } from '../../../src/report/page/dark-chart.js';
import { groupTrials } from '../../../src/report/trial-groups.js';
import { classificationRows } from '../example-rows.js';
import { captionRows } from './page-rows.js';

describe('what is said about samples', () => {
  const [sample] = comparedSamples(groupTrials(captionRows())[0]!);

  it('puts equal words together, those of the unreduced model first', () => {
    expect(sample!.unreduced!.said).toBe('a cat and a dog on the mat');
    expect(sample!.sayings.map(({ said, variants }) => [said, variants.map(({ name }) => name)])).toEqual([
      ['a cat and a dog on the mat', ['Turbo']],
      ['a cat and two dogs on a rug', ['ToMe']],
      ['a fish', ['Random']],
    ]);
  });

  it('counts as lost what scores lower with other words, the worst first', () => {
    expect(lostSamples([sample!])[0]!.worse.map(({ said }) => said)).toEqual([
      'a fish',
      'a cat and two dogs on a rug',
    ]);
    expect(lostSamples([{ ...sample!, unreduced: undefined }])).toEqual([]);
    expect(lostSamples([{ ...sample!, unreduced: { ...sample!.unreduced!, score: 0 } }])).toEqual([]);
  });

  it('marks the words that are new and keeps every word', () => {
    expect(changedWords('a cat on a mat', 'a big dog on a mat')).toEqual([
      { text: 'a', isNew: false },
      { text: 'big dog', isNew: true },
      { text: 'on a mat', isNew: false },
    ]);
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(words, words, (usual, said) => {
        const pieces = changedWords(usual, said);
        expect(pieces.map(({ text }) => text).join(' ')).toBe(said);
        if (usual === said) expect(pieces).toEqual([{ text: said, isNew: false }]);
      }),
    );
  });
});

describe('a chart on a dark page', () => {
  it('moves colours and nothing else', () => {
    const { spec } = tradeOff.draw(classificationRows())[0]!;
    const shape = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, inside) =>
        typeof inside === 'string' && /^(#[0-9a-f]{6}|white)$/i.test(inside) ? 'colour' : inside,
      );
    expect(shape(darkChart(spec))).toEqual(shape(spec));
    expect(JSON.stringify(darkChart(spec))).not.toMatch(/"white"|#1F2328|"#000000"/);
  });

  it('leaves a colour that stands out and lightens one that does not', () => {
    expect(darkTone('#E69F00')).toBe('#e69f00');
    expect(darkTone('#0072B2')).not.toBe('#0072b2');
    expect(darkTone('rebeccapurple')).toBe('rebeccapurple');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenizePtb } from '../../../src/metrics/captioning/ptb-tokenizer.js';
import { goldenJson } from '../../fixtures/golden-file.js';

interface Case {
  text: string;
  tokens: string;
}

const { cases } = goldenJson<{ cases: Case[] }>('metrics/ptb-tokens.json');
const { cases: fromJar } = goldenJson<{ cases: Case[] }>('metrics/ptb-jar.json');
const { items } = goldenJson<{ items: { id: string; candidate: string; references: string[] }[] }>(
  'metrics/captions.json',
);
const { ptb } = goldenJson<{
  ptb: { candidates: Record<string, string>; references: Record<string, string[]> };
}>('metrics/captions.expected.json');

describe('the Penn Treebank tokenizer', () => {
  it.each(cases)('has the tokens of the reference for $text', ({ text, tokens }) => {
    expect(tokenizePtb(text)).toBe(tokens);
  });

  it('has the tokens of the reference for every caption of the corpus', () => {
    for (const { id, candidate, references } of items) {
      expect(tokenizePtb(candidate)).toBe(ptb.candidates[id]);
      expect(references.map(tokenizePtb)).toEqual(ptb.references[id]);
    }
  });

  it('has the tokens of the jar for hundreds of awkward texts', () => {
    expect(fromJar.map(({ text }) => tokenizePtb(text))).toEqual(fromJar.map(({ tokens }) => tokens));
  });

  it('keeps the sentence period of an abbreviation, and takes it from a word', () => {
    expect(tokenizePtb('Walking down Main St. at 5 p.m. in the rain.')).toBe(
      'walking down main st. at 5 p.m. in the rain',
    );
  });

  it('takes a line break for a space', () => {
    expect(tokenizePtb('a dog\non a\r\nmat')).toBe('a dog on a mat');
  });

  it('keeps a caption of plain words as it is, in small letters', () => {
    const word = fc.stringMatching(/^[b-z]{2,9}$/).filter((text) => !/^(?:gimme|lemme)$/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const text = words.join(' ');
        expect(tokenizePtb(text)).toBe(text);
        expect(tokenizePtb(`${text.toUpperCase()} !`)).toBe(text);
      }),
    );
  });

  it('comes to an end on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(tokenizePtb(text)).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 30 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { generationFrom, reductionFrom } from '../../src/command-line/model-flags.js';

describe('--reduction', () => {
  it.each([
    ['{method: turbo, alpha: 5}', /tokensPerLayer: missing\s+allowed: a number, or a list, or a mapping/],
    [
      '{method: turbo, tokensPerLayer: 4, alpha: .inf}',
      /alpha: wrong value\s+value: {3}\.inf\s+allowed: a finite/,
    ],
    ['{method: turbo, tokensPerLayer: 4, alpa: 1}', /alpa: unknown key\s+allowed: .*did you mean alpha/],
    [
      '{method: tome, tokensPerLayer: []}',
      /tokensPerLayer: too short\s+value: {3}\[\]\s+allowed: at least 1 entry/,
    ],
    ['{method: none, tokensPerLayer: 4}', /tokensPerLayer: unknown key[\s\S]*allowed: no parameters/],
  ])('%s is refused in the words of an experiment', (text, expected) => {
    expect(() => reductionFrom(text)).toThrow(expected);
    expect(() => reductionFrom(text)).not.toThrow(/✖|Invalid input/);
  });
});

describe('--generate', () => {
  it('is refused in the words of an experiment', () => {
    expect(() => generationFrom('{numBeams: 0, maxLenght: 3}')).toThrow(
      /numBeams: too small\s+value: {3}0\s+allowed: at least 1\s+maxLenght: unknown key.*\n.*did you mean maxLength/,
    );
    expect(() => generationFrom('{numBeams: 2, doSample: true}')).toThrow('sampling goes with one beam');
  });
});

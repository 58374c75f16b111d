import { describe, expect, it } from 'vitest';
import { shownValue } from '../../src/errors/shown-value.js';
import { TurboError } from '../../src/errors/turbo-error.js';

describe('shownValue', () => {
  it('writes what is no number as YAML does, wherever it stands', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(shownValue)).toEqual([
      '.nan',
      '.inf',
      '-.inf',
    ]);
    expect(shownValue({ alpha: [Number.POSITIVE_INFINITY, 1], beta: '.nan' })).toBe(
      '{"alpha":[.inf,1],"beta":".nan"}',
    );
  });

  it('is JSON for everything that JSON can hold', () => {
    for (const value of [null, 'a "text"', 3, [], { a: [true] }])
      expect(shownValue(value)).toBe(JSON.stringify(value));
  });

  it('shows what JSON cannot hold as text', () => {
    expect([undefined, 3n, [3n]].map(shownValue)).toEqual(['undefined', '3', '["3"]']);
  });

  it('shows the value of an error', () => {
    expect(new TurboError('wrong', { value: Number.NaN }).message).toContain('value:   .nan');
  });
});

import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { boundedCall } from '../../src/text/bounded-call.js';

const tooLong = () => new TurboError('it takes too long');

describe('a bounded call', () => {
  it('returns what the call returns, and throws what it throws', () => {
    expect(boundedCall(() => [1, 2], 1000, tooLong)).toEqual([1, 2]);
    expect(() =>
      boundedCall(
        () => {
          throw new RangeError('of its own');
        },
        1000,
        tooLong,
      ),
    ).toThrow(RangeError);
  });

  it('ends a regular expression that would try for years', () => {
    expect(() => boundedCall(() => /^(a+)+$/.test(`${'a'.repeat(50)}b`), 50, tooLong)).toThrow(
      'it takes too long',
    );
  });
});

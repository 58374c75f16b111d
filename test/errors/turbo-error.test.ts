import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';

describe('an error that a user reads', () => {
  it('shows characters that a terminal would obey instead of sending them to it', () => {
    const { message } = new TurboError('The name \u001b]0;owned\u0007 is\rwrong', {
      where: 'a\u202eb\u009bc',
    });
    expect(message).toBe('The name \\u001b]0;owned\\u0007 is\\u000dwrong\n  where:   a\\u202eb\\u009bc');
  });

  it('keeps lines, tabs and letters of any language', () => {
    const text = 'One\n\ttwo: ü 猫 🦆 −1 × ≥';
    expect(new TurboError(text).message).toBe(text);
  });
});

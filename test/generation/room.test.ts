import { describe, expect, it } from 'vitest';
import { requireRoom } from '../../src/generation/room.js';

describe('a text', () => {
  it('may be as long as the model has positions, and no longer', () => {
    expect(() => requireRoom(4, { maxLength: 40 }, 40)).not.toThrow();
    expect(() => requireRoom(4, { maxLength: 41 }, 40)).toThrow('maxLength up to 40');
    expect(() => requireRoom(4, { maxLength: 4000 })).not.toThrow();
  });

  it('needs room behind its prompt, which what is allowed says together with the positions', () => {
    expect(() => requireRoom(4, { maxLength: 5 })).not.toThrow();
    expect(() => requireRoom(4, { maxLength: 4 })).toThrow('maxLength above 4');
    expect(() => requireRoom(4, { maxLength: 4 }, 40)).toThrow('maxLength above 4, up to 40');
  });
});

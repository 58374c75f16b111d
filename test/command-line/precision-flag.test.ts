import { describe, expect, it } from 'vitest';
import { precisionFrom } from '../../src/command-line/model-flags.js';

describe('--precision', () => {
  it('is float32 by default, and one of the names otherwise', () => {
    expect(precisionFrom(undefined)).toBe('float32');
    expect(precisionFrom('int4-weights')).toBe('int4-weights');
  });

  it('that there is not is refused, with the one that was meant', () => {
    expect(() => precisionFrom('int8-dynamc')).toThrow('did you mean int8-dynamic?');
    expect(() => precisionFrom('half')).toThrow('float16');
  });

  it('int8-static is refused: there are no samples', () => {
    expect(() => precisionFrom('int8-static')).toThrow(/samples of a dataset[\s\S]*int8-dynamic/);
  });
});

import { describe, expect, it } from 'vitest';
import { isOutOfMemory } from '../../src/engines/index.js';

describe('isOutOfMemory', () => {
  it.each([
    'std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 4294967296',
    'CUDA failure 2: out of memory ; GPU=0',
    'Array buffer allocation failed',
    'Invalid typed array length: 9000000000',
    'Buffer size (5368709120) exceeds the max buffer size limit (4294967296).',
  ])('knows %j', (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
  });

  it('takes nothing else for it', () => {
    expect(isOutOfMemory(new Error('Got invalid dimensions for input: pixel_values'))).toBe(false);
  });
});

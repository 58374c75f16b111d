import { describe, expect, it } from 'vitest';
import { distinctNames } from '../../src/report/distinct-names.js';

describe('names of files in one folder', () => {
  it('stay as they are where they differ', () => {
    expect(distinctNames(['clip', 'blip', 'vit.b16'])).toEqual(['clip', 'blip', 'vit.b16']);
  });

  it('have a number where they are equal, the first none', () => {
    expect(distinctNames(['clip', 'blip', 'clip', 'clip'])).toEqual(['clip', 'blip', 'clip-2', 'clip-3']);
  });

  it('never take the number that another has by itself', () => {
    expect(distinctNames(['clip', 'clip', 'clip-2'])).toEqual(['clip', 'clip-3', 'clip-2']);
  });

  it('count as equal where only case or the composition of letters tells them apart', () => {
    expect(distinctNames(['Clip', 'clip'])).toEqual(['Clip', 'clip-2']);
    expect(distinctNames(['caf\u00e9', 'cafe\u0301'])).toEqual(['caf\u00e9', 'cafe\u0301-2']);
    expect(distinctNames(['ΟΔΟΣ', 'οδος', 'οδοσ'])).toEqual(['ΟΔΟΣ', 'οδος-2', 'οδοσ-3']);
  });
});

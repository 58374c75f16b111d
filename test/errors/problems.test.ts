import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemsText } from '../../src/errors/problems.js';

const schema = z.strictObject({
  size: z.int().min(1),
  name: z.string().min(1).optional(),
  kind: z.union([z.literal('flat'), z.strictObject({ depth: z.number() })]).optional(),
  pairs: z.array(z.string().includes('=')).max(2).optional(),
});

function told(value: unknown): string {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? '' : problemsText(parsed.error, value, schema);
}

describe('problemsText', () => {
  it('tells path, value and what is allowed of every problem', () => {
    expect(told({ size: 0, name: '' })).toBe(
      [
        ...['  size: too small', '    value:   0', '    allowed: at least 1'],
        ...['  name: too short', '    value:   ""', '    allowed: at least 1 character'],
      ].join('\n'),
    );
  });

  it('names what is missing, and what an unknown key may have been', () => {
    expect(told({ sise: 3 })).toMatch(/size: missing[\s\S]*sise: unknown key\n.*did you mean size\?/);
  });

  it('looks into the alternative that was meant', () => {
    expect(told({ size: 1, kind: { dept: 3 } })).toMatch(/kind\.dept: unknown key\n.*did you mean depth\?/);
    expect(told({ size: 1, kind: 'flt' })).toContain('allowed: flat, or a mapping {key: value}');
  });

  it('tells of texts and lists what they must hold', () => {
    expect(told({ size: 1, pairs: ['a'] })).toContain('allowed: a text with = in it');
    expect(told({ size: 1, pairs: ['a=', 'b=', 'c='] })).toMatch(/pairs: too long[\s\S]*at most 2 entries/);
  });

  it('has a word for a value that is wrong as a whole', () => {
    expect(told(3)).toContain('the whole value: wrong type');
  });
});

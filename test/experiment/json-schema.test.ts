import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentJsonSchemaText } from '../../src/experiment/json-schema.js';
import { referencePage } from '../../src/experiment/reference-page.js';
import { methods } from '../../src/reduction/registry.js';

const stored = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the generated files of the experiment schema', () => {
  it('schemas/experiment.schema.json is what the schema says now (npm run schema)', () => {
    expect(stored('schemas/experiment.schema.json')).toBe(experimentJsonSchemaText(methods));
  });

  it('docs/experiment.md is what the schema says now (npm run schema)', () => {
    expect(stored('docs/experiment.md')).toBe(referencePage(methods));
  });

  it.each([
    ['turbo', 'semantic', '`attention` or {neighbourhood}'],
    [
      'turbo (diffusion)',
      'semantic',
      '`sampled-queries`, `previous-block`, `previous-step`, `cross-attention`, `none`',
    ],
    ['tomesd (diffusion)', 'ratio', 'number ≥ 0 and < 1 or {first, last, stages}'],
  ])('method %s has of %s the values that it takes and no others', (method, key, values) => {
    const section = referencePage(methods).split(`### method: ${method}\n`)[1]!.split('\n##')[0]!;
    expect(section).toContain(`| \`${key}\` | ${values} |`);
  });

  it('every value of a method in the page is one that the method accepts', () => {
    for (const { name, network, schema } of methods) {
      const place = network === 'diffusion' ? ' (diffusion)' : '';
      const section = referencePage(methods).split(`### method: ${name}${place}\n`)[1]!.split('\n##')[0]!;
      for (const [, key, values] of section.matchAll(/^\| `(\w+)` \| ([^|]*) \|/gm))
        for (const [, value] of values!.matchAll(/`([^`]+)`/g)) {
          const written = /^(true|false|\d+)$/.test(value!) ? JSON.parse(value!) : value;
          const shape: Record<string, { safeParse(value: unknown): { success: boolean } }> = schema.shape;
          expect([name, key, value, shape[key!]!.safeParse(written).success]).toEqual([
            name,
            key,
            value,
            true,
          ]);
        }
    }
  });

  it('every key has a description', () => {
    const page = referencePage(methods);
    expect(page.split('\n').filter((line) => /^\| `.*\| {2}\|$/.test(line))).toEqual([]);
  });
});

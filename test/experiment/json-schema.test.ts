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

  it('every key has a description', () => {
    const page = referencePage(methods);
    expect(page.split('\n').filter((line) => /^\| `.*\| {2}\|$/.test(line))).toEqual([]);
  });
});

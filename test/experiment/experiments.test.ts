import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const files = readdirSync('experiments', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

const trialsOf = (name: string) =>
  expandExperiment(parseExperiment(readFileSync(join('experiments', name), 'utf8'), name, methods), methods);

describe('the experiments that come with turbo-bench', () => {
  it.each(files)('%s is valid, names its schema, and is found under its name', (name) => {
    const text = readFileSync(join('experiments', name), 'utf8');
    const depth = name.split('/').length;
    expect(text.split('\n')[0]).toBe(
      `# yaml-language-server: $schema=${'../'.repeat(depth)}schemas/experiment.schema.json`,
    );
    const { name: own } = parseExperiment(text, name, methods);
    expect(own).toBe(name.replace('.yaml', '').replace('ablations/', 'ablation-').replace('reproduce/', ''));
    expect(trialsOf(name).length).toBeGreaterThan(1);
  });

  it('combination has the coefficients of the supplement’s Table 1', () => {
    const table = trialsOf('ablations/combination.yaml')
      .filter(({ task }) => task.task === 'retrieval')
      .map(({ reduction }) => reduction);
    const of = (combine: string, beta: number) =>
      table.filter((cell) => cell.combine === combine && cell.beta === beta);
    expect(of('additive', 1).map(({ alpha }) => alpha)).toEqual([6]);
    expect(of('ratio', 1)).toHaveLength(1);
    expect(of('product', 1).map(({ alpha }) => alpha)).toEqual([1, 2, 3, 4]);
    for (const beta of [0.9, 1.1])
      expect(of('additive', beta).map(({ gamma }) => gamma)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

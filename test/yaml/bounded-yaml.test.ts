import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';
import { parseBoundedYaml } from '../../src/yaml/bounded-yaml.js';

/** `a1` to `a9`, each ten times the one before. */
const MULTIPLIED = Array.from(
  { length: 9 },
  (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join()}]`,
);
const BOMBS: readonly (readonly [string, string, RegExp])[] = [
  ['half a megabyte of brackets', '['.repeat(2 ** 19), /nested too deeply/],
  ['half a megabyte of braces', '{a: '.repeat(2 ** 17), /nested too deeply/],
  ['a list in a list in a list', '- '.repeat(2 ** 18), /nested too deeply/],
  ['keys that are mappings', '? '.repeat(2 ** 18), /nested too deeply/],
  ['more than a megabyte', ' '.repeat(2 ** 20 + 1), /too long/],
  ['30,000 keys', Array.from({ length: 30_000 }, (_, at) => `k${at}: 1`).join('\n'), /holds too much/],
  ['aliases that multiply', ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]', ...MULTIPLIED].join('\n'), /alias/],
  ['an alias of what it is a part of', 'name: &a {b: *a}\nmodels: *a', /a part of/],
];

describe.each([
  ['an experiment', (text: string) => parseExperiment(text, 'bomb.yaml', methods)],
  ['any other YAML', (text: string) => parseBoundedYaml(text, 'bomb.yaml')],
])('%s', (_, read) => {
  it.each(BOMBS)('of %s is refused soon', (_, text, reason) => {
    const before = process.cpuUsage();
    expect(() => read(text)).toThrow(reason);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });
});

describe('an experiment', () => {
  it('takes __proto__ for an unknown key, and passes it on to nobody', () => {
    const text =
      'name: a\nmodels: [{__proto__: {preset: vit-b16}}]\ntasks: [{task: throughput}]\n__proto__: {x: 1}\n';
    expect(() => parseExperiment(text, 'a.yaml', methods)).toThrow(/a\.yaml:4:1 {2}__proto__: unknown key/);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('is refused where lists have more combinations than anybody runs, before they are made', () => {
    const list = (length: number) => `[${Array.from({ length }, (_, at) => at).join()}]`;
    const text = `name: a\nreduction: [{method: turbo, tokensPerLayer: ${list(2000)}, alpha: ${list(2000)}}]\n`;
    expect(() => parseExperiment(text, 'a.yaml', methods)).toThrow(
      /too many reductions[\s\S]*4000000[\s\S]*20000/,
    );
  });

  it('with thousands of mistakes names two hundred of them', () => {
    const text = `reduction: [${'{method: turbo},'.repeat(3000)}]\nx: [${'{}, '.repeat(10)}]`.replaceAll(
      'turbo',
      'nothing',
    );
    expect(() => parseExperiment(text, 'a.yaml', methods)).toThrow(/\d{4} problems[\s\S]*and \d+ more/);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { loadExperiment, parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const HEAD = `name: small
models: [./models/emoji-clip]
tasks:
  - {task: retrieval, dataset: emoji-scenes}
`;

function complaint(text: string): string {
  try {
    parseExperiment(text, 'small.yaml', methods);
  } catch (thrown) {
    if (thrown instanceof TurboError) return thrown.message;
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

describe('parseExperiment', () => {
  it('fills in every default', () => {
    const experiment = parseExperiment(HEAD, 'small.yaml', methods);
    expect(experiment).toMatchObject({ seed: 0, reduction: [], onBadSample: 'fail', charts: 'default' });
    expect(experiment.measure).toMatchObject({
      batchSize: 16,
      minSeconds: 3,
      minRuns: 10,
      warmupSeconds: 1,
      targetRelativeError: 0.025,
      memory: true,
    });
    expect(experiment.engine).toMatchObject({ name: 'onnxruntime', device: 'cpu' });
  });

  it('points at the line and column of malformed YAML', () => {
    expect(complaint('name: [small\nmodels: x\n')).toMatch(/not valid YAML[\s\S]*small\.yaml:\d+:\d+/);
    expect(complaint('a: 1\na: 2\n')).toContain('small.yaml:2:1');
    expect(complaint('a: !!js/function x\n')).toContain('small.yaml:1:4');
    expect(complaint('a: 1\n---\nb: 2\n')).toContain('not valid YAML');
  });

  it('refuses a bomb of aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    expect(complaint(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toContain('alias');
  });

  it('survives nesting deeper than any stack', () => {
    expect(complaint('['.repeat(20_000))).toContain('not valid YAML');
  });

  it('says that a text, a number or nothing is no experiment', () => {
    for (const text of ['', '3', 'name', '# only a comment'])
      expect(complaint(text)).toContain('An experiment is a mapping');
  });

  it('names the keys of the very task that an unknown key stands in', () => {
    const message = complaint(HEAD.replace('task: retrieval', 'task: vqa, anwsers: rank'));
    expect(message).toContain('tasks[0].anwsers: unknown key');
    expect(message).toContain(
      'task, dataset, split, models, answers, rankTop, lead, generate (did you mean answers?)',
    );
    expect(message).not.toContain('zeroShot');
  });

  it.each([
    ['generate: {numBeams: 0}', 'tasks[0].generate.numBeams: too small'],
    ['generate: {numBeams: 2, doSample: true}', 'sampling goes with one beam'],
    ['rerank: 8', 'tasks[0].rerank: unknown key'],
  ])('refuses a captioning task with %s', (wrong, expected) => {
    expect(complaint(HEAD.replace('task: retrieval', `task: captioning, ${wrong}`))).toContain(expected);
  });

  it('names an unknown key and what was probably meant', () => {
    const message = complaint(`${HEAD}mesure: {batchSize: 4}\n`);
    expect(message).toContain('small.yaml:5:1  mesure: unknown key');
    expect(message).toContain('did you mean measure?');
    expect(complaint(`${HEAD}measure: {batchsize: 4}\n`)).toMatch(
      /small\.yaml:5:11 {2}measure\.batchsize: unknown key[\s\S]*did you mean batchSize/,
    );
  });

  it('names a wrong type with the value and what is allowed', () => {
    expect(complaint(`${HEAD}seed: none\n`)).toMatch(
      /small\.yaml:5:7 {2}seed: wrong type\s+value: {3}"none"\s+allowed: a (whole )?number/,
    );
    expect(complaint('name: small\nmodels: ./m\ntasks: []\n')).toMatch(
      /small\.yaml:2:9 {2}models: wrong type/,
    );
  });

  it('names all forms that a value may have, beside the name that was mistyped', () => {
    expect(complaint(`${HEAD}measure: {batchSize: mx}\n`)).toMatch(
      /small\.yaml:5:22 {2}measure\.batchSize: unknown name\s+value: {3}"mx"\s+allowed: a number, or max, or a list/,
    );
    expect(complaint(`${HEAD}charts: defualt\n`)).toContain(
      'allowed: one of: default, none (did you mean default?), or a list',
    );
  });

  it('suggests the names of which only the beginning was typed', () => {
    expect(complaint(`${HEAD}engine: {precision: int8}\n`)).toContain(
      '(did you mean int8-dynamic or int8-static or int8-weights?)',
    );
  });

  it('complains once about a strength of nothing', () => {
    const message = complaint(
      HEAD.replace('task: retrieval', 'task: image-to-image, strength: 0, pictures: 1'),
    );
    expect(message).toContain('One problem');
    expect(message).toContain('more than 0');
  });

  it('refuses a negative r at its place in the list', () => {
    const message = complaint(`${HEAD}reduction:\n  - {method: tome, tokensPerLayer: [4, -8]}\n`);
    expect(message).toContain('small.yaml:6:40  reduction[0].tokensPerLayer[1]: too small');
    expect(message).toContain('-8');
    expect(message).toContain('at least 0');
    expect(message.match(/tokensPerLayer/g)).toHaveLength(1);
  });

  it.each(['tokensPerLayer', 'alpha', 'metric', 'layers'])(
    'refuses an empty list of %s, which would drop the method without a word',
    (parameter) => {
      const entry = { method: 'turbo', tokensPerLayer: 4, [parameter]: [] };
      const message = complaint(`${HEAD}reduction:\n  - ${JSON.stringify(entry)}\n`);
      expect(message).toMatch(
        new RegExp(`One problem[^]*small\\.yaml:6:\\d+ {2}reduction\\[0\\]\\.${parameter}: too short`),
      );
      expect(message).toMatch(/value: {3}\[\]\s+allowed: at least 1 entry$/m);
    },
  );

  it('refuses an empty schedule in a list of them, and empty levels of a diffusion network', () => {
    expect(complaint(`${HEAD}reduction:\n  - {method: tome, tokensPerLayer: [[]]}\n`)).toContain(
      'small.yaml:6:37  reduction[0].tokensPerLayer[0]: too short',
    );
    expect(complaint(`${HEAD}reduction:\n  - {method: tomesd, ratio: 0.5, levels: []}\n`)).toContain(
      'reduction[0].levels: too short',
    );
  });

  it.each([
    ['method: turbo, tokensPerLayer: 4, alpha: .inf', 'alpha', '.inf', 'a finite number'],
    ['method: turbo, tokensPerLayer: 4, alpha: [-.inf, 1]', 'alpha[0]', '-.inf', 'a finite number'],
    ['method: tome, tokensPerLayer: {ratio: .nan}', 'tokensPerLayer.ratio', '.nan', 'a finite number'],
    ['method: tomesd, ratio: 0.5, maxDownsample: 3', 'maxDownsample', '3', '1, or 2, or 4, or 8'],
    ['method: turbo, tokensPerLayer: 4, metric: [[keys]]', 'metric[0]', '["keys"]', 'one of: keys, hidden'],
  ])('complains once about {%s}, with the value as it was written', (entry, path, value, allowed) => {
    const message = complaint(`${HEAD}reduction:\n  - {${entry}}\n`);
    expect(message).toContain(
      `reduction[0].${path}: wrong value\n    value:   ${value}\n    allowed: ${allowed}`,
    );
    expect(message).toContain('One problem');
  });

  it.each([
    ['semantic: {neighborhood: {k: 3}}', 'semantic.neighborhood', 'did you mean neighbourhood?'],
    ['semantic: {neighbourhood: {kk: 3}}', 'semantic.neighbourhood.kk', 'one of: k (did you mean k?)'],
    ['crossModal: {drop: 0.1, maxdrop: 0.5}', 'crossModal.maxdrop', 'did you mean maxDrop?'],
    ['layers: [{from: 1, too: 2}]', 'layers[0].too', 'one of: from, to (did you mean to?)'],
  ])('names the keys that are known where %s has an unknown one', (entry, path, allowed) => {
    const message = complaint(`${HEAD}reduction:\n  - {method: turbo, tokensPerLayer: 4, ${entry}}\n`);
    const told = message.split('\n').findIndex((line) => line.includes(`reduction[0].${path}: unknown key`));
    expect(message.split('\n')[told + 1]).toContain(allowed);
  });

  it('says what a template must have in words', () => {
    const message = complaint(
      HEAD.replace('task: retrieval', 'task: classification, zeroShot: {templates: [a photo]}'),
    );
    expect(message).toMatch(
      /templates\[0\]: wrong text\s+value: {3}"a photo"\s+allowed: a text with {} in it/,
    );
  });

  it('refuses to time a trial for longer than a day', () => {
    expect(complaint(`${HEAD}measure: {minSeconds: 1e308}\n`)).toMatch(
      /measure\.minSeconds: too big[\s\S]*at most 86400/,
    );
    expect(complaint(`${HEAD}measure: {maxSeconds: 1e6, warmupSeconds: 1e6}\n`)).toContain('2 problems');
  });

  it('refuses a parameter that the method does not know', () => {
    const message = complaint(
      `${HEAD}reduction:\n  - {method: [turbo, tome], tokensPerLayer: 4, alpha: 5}\n`,
    );
    expect(message).toContain('reduction[0].alpha: tome has no parameter alpha');
  });

  it('tells what all cells of a long sweep have in common once, and counts it once', () => {
    const amounts = Array.from({ length: 1000 }, (_, at) => at);
    const message = complaint(
      `${HEAD}reduction:\n  - {method: [turbo, tome], tokensPerLayer: [${amounts}], alpha: [1, 5], tokenPerLayer: 3}\n`,
    );
    expect(message).toContain('3 problems');
    expect(message.match(/has no parameter/g)).toHaveLength(3);
    expect(message).toContain('did you mean tokensPerLayer?');
  });

  it('names an unknown method, and a missing parameter', () => {
    expect(complaint(`${HEAD}reduction:\n  - {method: turbbo, tokensPerLayer: 4}\n`)).toContain(
      'did you mean turbo?',
    );
    expect(complaint(`${HEAD}reduction:\n  - {method: tome}\n`)).toContain(
      'reduction[0].tokensPerLayer: missing',
    );
  });

  it('names an unknown task', () => {
    expect(complaint('name: a\nmodels: [m]\ntasks: [{task: retreival, dataset: d}]\n')).toMatch(
      /tasks\[0\]\.task: unknown name[\s\S]*did you mean retrieval/,
    );
  });

  it('lists all problems at once', () => {
    const message = complaint('name: "a b"\nmodels: []\ntasks: [{task: retrieval}]\nseed: -1\n');
    expect(message).toContain('4 problems');
    for (const path of ['name', 'models', 'tasks[0].dataset', 'seed']) expect(message).toContain(`${path}: `);
  });

  it('explains the rules that tie keys together', () => {
    expect(complaint('name: a\nmodels: [{preset: vit-b16}]\ntasks: [{task: throughput}]\n')).toContain(
      'weights: random',
    );
    expect(complaint('name: a\nmodels: [{name: x}]\ntasks: [{task: throughput}]\n')).toContain(
      '`model` or `preset`',
    );
  });
});

describe('loadExperiment', () => {
  it('says when there is no such file', async () => {
    await expect(loadExperiment('/nowhere/x.yaml', methods)).rejects.toThrow('There is no such experiment');
  });

  it('keeps the text that it read', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'experiment-')), 'small.yaml');
    writeFileSync(file, HEAD);
    const loaded = await loadExperiment(file, methods);
    expect(loaded.text).toBe(HEAD);
    expect(loaded.experiment.name).toBe('small');
  });
});

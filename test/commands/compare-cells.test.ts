import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Compare from '../../src/commands/compare.js';
import type { TrialRow } from '../../src/report/trial-row.js';
import { openJournal } from '../../src/runner/journal.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { trialLine } from '../runner/row.js';
import { printed } from './printed.js';

const root = new URL('../../package.json', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-cells-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});
const at = (name: string): string => join(folder, name);

/** A run of rows, as an experiment with this text would write them. */
function writeRun(name: string, rows: readonly Partial<TrialRow>[], experimentText = ''): void {
  mkdirSync(at(name), { recursive: true });
  const journal = openJournal(at(name), false, () => new Date());
  const facts = { experimentFile: 'small.yaml', experimentText, startedAt: '2026-01-01T00:00:00.000Z' };
  const provenance = provenanceOf({ threads: 2, experiment: 'small', seed: 0, limit: null, ...facts });
  const prints = rows.map((_, position) => `${position}0000000`);
  journal.append({ kind: 'run', provenance, trials: prints });
  for (const [position, row] of rows.entries())
    journal.append(trialLine(prints[position]!, { ...{ threads: 2, batchSize: 8 }, ...row }));
  journal.close();
}

const none: Partial<TrialRow> = {
  method: 'none',
  parameters: {},
  speedup: 1,
  speedupLow: null,
  speedupHigh: null,
};
const turbo: Partial<TrialRow> = { method: 'turbo', parameters: { tokensPerLayer: 4 } };
const compare = async (...args: string[]) => {
  process.exitCode = 0;
  return { text: await printed(() => Compare.run(args, root)), exitCode: process.exitCode ?? 0 };
};

describe('cells of two runs', () => {
  it('are not the same where all of one run is in other batches, which is told as the reason', async () => {
    writeRun('one', [
      { ...none, batchSize: 1 },
      { ...turbo, batchSize: 1 },
    ]);
    writeRun('eight', [none, turbo]);
    const { text, exitCode } = await compare(at('one'), at('eight'));
    expect(text).toContain('no cell in common: batch size 1 in the run, 8 in the reference');
    expect(text).toContain('Measure both under the same conditions: measure.batchSize');
    expect(exitCode).toBe(2);
  });

  it('are the same in a sweep of batch sizes and alone', async () => {
    const both = [1, 8].flatMap((batchSize) => [none, turbo].map((row) => ({ ...row, batchSize })));
    writeRun('swept', both);
    writeRun('eight', [none, turbo]);
    const { text, exitCode } = await compare(at('swept'), at('eight'));
    expect(text).toContain('2 cells compared: 0 better, 0 worse, 2 the same');
    expect(text.match(/Only in the run: .*\(batch 1\)/g)).toHaveLength(2);
    expect(exitCode).toBe(0);
  });

  it('are the same in float32 among several precisions and alone', async () => {
    const inPrecision = (row: Partial<TrialRow>, precision: string): Partial<TrialRow> => ({
      ...row,
      parameters: { ...row.parameters, precision },
    });
    writeRun(
      'swept',
      ['float32', 'int8-weights'].flatMap((name) => [none, turbo].map((row) => inPrecision(row, name))),
    );
    writeRun('alone', [none, turbo]);
    const { text } = await compare(at('alone'), at('swept'));
    expect(text).toContain('2 cells compared');
    expect(text.match(/Only in the reference: .*\(int8-weights\)/g)).toHaveLength(2);
    expect(text).toContain('Conditions of all cells: CPU, 2 threads, batch 8.');
  });

  it('are the same where a default is written out, and not where it has another value', async () => {
    writeRun('plain', [none, turbo]);
    writeRun('default', [
      none,
      { ...turbo, parameters: { tokensPerLayer: 4, alpha: 5, combine: 'additive' } },
    ]);
    writeRun('other', [none, { ...turbo, parameters: { tokensPerLayer: 4, alpha: 1 } }]);
    expect((await compare(at('plain'), at('default'))).text).toContain('2 cells compared');
    const { text } = await compare(at('plain'), at('other'));
    expect(text).toMatch(/Only in the run: .*turbo tokensPerLayer=4 alpha=5$/m);
    expect(text).toMatch(/Only in the reference: .*turbo tokensPerLayer=4 alpha=1$/m);
  });

  it('are the same whichever conditions a task came first under that times nothing', async () => {
    const untimed: Partial<TrialRow> = { ...none, task: 'semantic-validity', imagesPerSecond: null };
    writeRun('swept', [{ ...untimed, batchSize: 1 }]);
    writeRun('alone', [untimed]);
    expect((await compare(at('swept'), at('alone'))).text).toContain('1 cell compared');
  });

  it('are told apart by the setting of their task, however many of them a run has', async () => {
    const text = (...prompts: string[]): string =>
      [
        'name: small',
        'models: [./models/emoji-clip]',
        'tasks:',
        ...prompts.map((prompt) => `  - {task: captioning, dataset: emoji-scenes, prompt: ${prompt}}`),
      ].join('\n');
    const row: Partial<TrialRow> = { ...none, task: 'captioning' };
    writeRun(
      'both',
      [
        { ...row, task: 'captioning (prompt one)' },
        { ...row, task: 'captioning (prompt two)' },
      ],
      text('one', 'two'),
    );
    writeRun('second', [row], text('two'));
    const { text: told, exitCode } = await compare(at('second'), at('both'), '--max-slowdown', '0.5');
    expect(told).toContain('1 cell compared');
    expect(told).toMatch(/Regression: emoji-clip captioning emoji-scenes prompt=one: none \(.*\): missing/);
    expect(exitCode).toBe(1);
  });
});

describe('a gate', () => {
  it('does not open when cells of the reference are gone, and names them', async () => {
    writeRun('old', [none, turbo]);
    writeRun('new', [none]);
    const { text, exitCode } = await compare(at('new'), at('old'), '--max-accuracy-drop', '1');
    expect(text).toMatch(
      /Regression: emoji-clip retrieval emoji-scenes: turbo .*CPU, 2 threads, batch 8, float32\): missing/,
    );
    expect(exitCode).toBe(1);
    const informed = await compare(at('new'), at('old'));
    expect(informed.text).toContain('Only in the reference: emoji-clip retrieval emoji-scenes: turbo');
    expect(informed.exitCode).toBe(0);
  });

  it('does not open when cells have no valid result any more, and gives the reason', async () => {
    writeRun('old', [none, turbo, { ...turbo, method: 'tome' }]);
    const now = [
      { ...turbo, status: 'invalid', reason: 'restless' },
      { ...turbo, method: 'tome', status: 'failed', reason: 'crash' },
    ] as const;
    writeRun('new', [none, ...now]);
    const { text, exitCode } = await compare(at('new'), at('old'), '--max-slowdown', '1');
    expect(text).toMatch(/Regression: .*turbo .*no longer valid: restless/);
    expect(text).toMatch(/Regression: .*tome .*no longer valid: crash/);
    expect(exitCode).toBe(1);
    expect((await compare(at('new'), at('old'))).exitCode).toBe(0);
  });

  it('finds the same cells in a baseline file', async () => {
    const text =
      'name: small\nmodels: [./models/emoji-clip]\ntasks: [{task: retrieval, dataset: emoji-scenes}]';
    writeRun('old', [none, turbo, { ...turbo, batchSize: 1 }], text);
    await compare(at('old'), '--write-baseline', at('baseline.json'));
    const held = await compare(at('old'), at('baseline.json'), '--max-slowdown', '0');
    expect(held.text).toContain('3 cells compared: 0 better, 0 worse, 3 the same');
    expect(held.exitCode).toBe(0);
  });
});

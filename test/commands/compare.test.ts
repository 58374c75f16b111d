import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Compare from '../../src/commands/compare.js';
import { openJournal } from '../../src/runner/journal.js';
import { writePredictions } from '../../src/runner/predictions-file.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { trialLine } from '../runner/row.js';
import { printed } from './printed.js';

const root = new URL('../../package.json', import.meta.url).href;
const SAMPLES = 300;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});
const at = (name: string): string => join(folder, name);

/** A run of the methods, each wrong about so many samples, with a speed-up. */
async function writeRun(
  name: string,
  cells: Readonly<Record<string, readonly [wrong: number, speedup: number]>>,
  status: 'completed' | 'invalid' = 'completed',
) {
  mkdirSync(at(name), { recursive: true });
  const journal = openJournal(at(name), false, () => new Date());
  const facts = { experimentFile: 'small.yaml', experimentText: '', startedAt: '2026-01-01T00:00:00.000Z' };
  const provenance = provenanceOf({ threads: 1, experiment: 'small', seed: 0, limit: null, ...facts });
  journal.append({ kind: 'run', provenance, trials: Object.keys(cells) });
  for (const [method, [wrong, speedup]] of Object.entries(cells)) {
    const outcomes = Array.from({ length: SAMPLES }, (_, sample) => ({
      sample: `image ${sample}`,
      rank: sample < wrong ? 2 : 1,
    }));
    const row = {
      ...{ trial: method, method, task: 'classification', metrics: { top1: 1 - wrong / SAMPLES } },
      ...(status === 'invalid' ? { status, reason: 'timings scatter' } : {}),
      ...{ speedup, speedupLow: speedup * 0.98, speedupHigh: speedup * 1.02 },
    };
    const predictions = await writePredictions(at(name), method, outcomes);
    journal.append({ ...trialLine(method, row), predictions });
  }
  journal.append({ kind: 'picture', key: 'abc', jpegBase64: 'aGVsbG8=' });
  journal.append({ kind: 'sample', dataset: 'tiny', sample: 'image 1', pictures: ['abc'] });
  journal.close();
}

const compare = (...args: string[]): Promise<string> => printed(() => Compare.run(args, root));

describe('turbo-bench compare', () => {
  it('tells what got worse, and exits with 1 beyond a limit', async () => {
    await writeRun('new', { turbo: [60, 1.2], tome: [20, 1.5] });
    await writeRun('old', { turbo: [20, 1.5], tome: [20, 1.5] });
    const text = await compare(at('new'), at('old'));
    expect(text).toContain('2 cells compared: 0 better, 1 worse, 1 the same');
    expect(text).toMatch(/top-1 +93\.33 +80\.00 +−13\.33 \[−\d+\.\d\d, −\d+\.\d\d\] +WORSE/);
    expect(text).toMatch(/speed-up +1\.50 +1\.20 +−20\.0 % \[.*\] +WORSE/);
    expect(process.exitCode ?? 0).toBe(0);
    expect(await compare(at('new'), at('old'), '--max-slowdown', '0.1')).toMatch(
      /Regression: .*turbo.*20\.0 %/,
    );
    expect(process.exitCode).toBe(1);
  });

  it('makes a baseline file that stands for the run', async () => {
    await writeRun('new', { turbo: [60, 1.2] });
    await writeRun('old', { turbo: [20, 1.5] });
    const file = at('committed/baseline.json');
    expect(await compare(at('old'), '--write-baseline', file)).toContain('1 cell written');
    expect(statSync(file).size).toBeLessThan(3000);
    const withFile = await compare(at('new'), file, '--max-accuracy-drop', '1');
    expect(process.exitCode).toBe(1);
    const withFolder = await compare(at('new'), join(at('old'), 'journal.jsonl'), '--max-accuracy-drop', '1');
    expect(withFile).toBe(withFolder);
    const document = JSON.parse(await compare(at('new'), file, '--json'));
    expect(document).toMatchObject({
      cells: [{ verdict: 'worse', cell: { method: 'turbo' } }],
      regressions: [],
    });
  });

  it('compares figures alone where predictions are missing, and says so', async () => {
    await writeRun('new', { turbo: [21, 1.5] });
    await writeRun('old', { turbo: [20, 1.5] });
    rmSync(at('old/predictions'), { recursive: true });
    const text = await compare(at('new'), at('old'));
    expect(text).toMatch(/turbo is compared by its figures alone: Predictions of a trial are missing/);
    expect(text).toContain('(not tested)');
  });

  it('says what cannot be compared, and exits with 2', async () => {
    await writeRun('new', { turbo: [20, 1.5] });
    await writeRun('other', { tome: [20, 1.5] });
    await writeRun('empty', {});
    writeFileSync(at('notes.json'), '{"format": "something else"}');
    const refused = async (expected: RegExp, ...args: string[]): Promise<void> => {
      process.exitCode = 0;
      expect(await compare(...args)).toMatch(expected);
      expect(process.exitCode).toBe(2);
    };
    await refused(/no such run[\s\S]*reports\/quickstart/, at('new'), at('nothing'));
    await refused(/no journal in this folder/, at('new'), folder);
    await refused(/no results in this run/, at('new'), at('empty'));
    await refused(/neither a journal nor a baseline/, at('new'), at('notes.json'));
    await refused(/no cell in common/, at('new'), at('other'));
    await refused(/two runs, or one run with --write-baseline/, at('new'));
    await refused(/not such a number[\s\S]*0 to 1/, at('new'), at('new'), '--max-slowdown', '10%');
    const file = at('baseline.json');
    await compare(at('new'), '--write-baseline', file);
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, written.replace('"schema": 2', '"schema": 3'));
    await refused(/newer turbo-bench[\s\S]*schema 2/, at('new'), file);
    writeFileSync(file, written.replace('"schema": 2', '"schema": 1'));
    await refused(/earlier turbo-bench[\s\S]*--write-baseline .*baseline\.json/, at('new'), file);
    writeFileSync(file, written.replace('"seed": 0', '"seed": "x"'));
    await refused(/baseline file is damaged[\s\S]*seed/, at('new'), file);
    expect(existsSync(at('nothing'))).toBe(false);
  });

  it('never passes where no cell has a valid result in both, whatever the limits', async () => {
    await writeRun('new', { turbo: [20, 1.5], tome: [20, 1.5] }, 'invalid');
    await writeRun('old', { turbo: [20, 1.5], tome: [20, 1.5] }, 'invalid');
    for (const limits of [[], ['--max-accuracy-drop', '1'], ['--max-slowdown', '0.1']]) {
      process.exitCode = 0;
      const text = await compare(at('new'), at('old'), ...limits);
      expect(text).toMatch(
        /Nothing can be compared[\s\S]*Not valid in both: .*turbo.*\(invalid: timings scatter\)[\s\S]*2 cells/,
      );
      expect(process.exitCode).toBe(2);
    }
  });

  it('has nothing to compare with a reference that is not valid, and a regression where the run is not', async () => {
    await writeRun('good', { turbo: [20, 1.5] });
    await writeRun('bad', { turbo: [20, 1.5] }, 'invalid');
    expect(await compare(at('good'), at('bad'), '--max-slowdown', '0.1')).toContain(
      'Not valid in the reference',
    );
    expect(process.exitCode).toBe(2);
    expect(await compare(at('bad'), at('good'), '--max-slowdown', '0.1')).toContain('no longer valid');
    expect(process.exitCode).toBe(1);
    expect(await compare(at('bad'), at('good'))).toContain('Not valid in the run');
    expect(process.exitCode).toBe(2);
  });
});

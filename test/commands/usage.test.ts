/** Wrong usage of a command: one small document with --json, and exit code 2 either way. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Audit from '../../src/commands/audit.js';
import Predict from '../../src/commands/predict.js';
import Run from '../../src/commands/run.js';
import { printed } from './printed.js';

const root = path.resolve('package.json');
const folder = mkdtempSync(path.join(tmpdir(), 'usage-'));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

type Command = { run(args: string[], root: string): Promise<unknown> };
const predictable = [root, '--inputs', root, '--outputs', path.join(folder, 'out')];
const wrong: readonly [what: string, command: Command, args: string[], message: string][] = [
  ['an unknown flag', Predict, [...predictable, '--stepz', '3'], 'did you mean --steps?'],
  ['a missing argument', Predict, predictable.slice(1), 'MODEL'],
  ['missing flags', Predict, [root], 'Missing required flag inputs'],
  ['an argument too many', Predict, [...predictable, 'other'], 'other'],
  ['flags that exclude each other', Run, [root, '--fresh', '--retry-failed'], 'cannot also be provided'],
  ['a number out of range', Run, [root, '--limit', '0'], '--limit: Expected an integer'],
  ['a word that is no choice', Predict, [...predictable, '--engine', 'onx'], 'onnxruntime'],
  [
    'a file that is missing',
    Predict,
    [root, '--inputs', 'nosuch.st', '--outputs', 'out'],
    'No file found at nosuch.st',
  ],
];

describe('wrong usage', () => {
  it.each(wrong)('tells of %s in one small document', async (_, command, args, message) => {
    const text = await printed(() => command.run([...args, '--json'], root));
    const document = JSON.parse(text) as { error: { what: string } };
    expect(Object.keys(document)).toEqual(['error']);
    expect(typeof document.error.what).toBe('string');
    expect(JSON.stringify(document)).toContain(message);
    expect(text.length).toBeLessThan(1200);
    expect(process.exitCode).toBe(2);
  });

  it.each(wrong)('exits with 2 for %s without --json, too', async (_, command, args, message) => {
    const text = await printed(() => command.run([...args], root));
    expect(text).toContain(message);
    expect(text).toContain('--help');
    expect(process.exitCode).toBe(2);
  });
});

describe('turbo-bench audit', () => {
  it('advises no flag that it does not have when the journal cannot be read', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const text = await printed(() => Audit.run([file], root));
    expect(text).toContain('a part of the path is a file');
    expect(text).not.toContain('--out');
    expect(process.exitCode).toBe(2);
  });
});

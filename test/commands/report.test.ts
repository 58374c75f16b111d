import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRow } from '../../src/report/trial-row.js';
import { formatLine } from '../../src/runner/journal-lines.js';
import { classificationRows } from '../report/example-rows.js';
import { programArguments, programEnvironment } from './program.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  for (const name of ['a', 'b']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'journal.jsonl'), classificationRows().slice(0, 6).map(lineOf).join(''));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function lineOf(row: TrialRow): string {
  const timings = { baselineMs: [2, 2], variantMs: [1, 1], startedAt: '', seconds: 1 };
  return formatLine({ kind: 'trial', fingerprint: row.trial, row, notes: [], ...timings });
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [...programArguments(), 'report', ...args], {
    cwd: folder,
    env: programEnvironment(),
  });
  let text = '';
  const listen = (part: Buffer): void => {
    text += part.toString();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, text })),
  );
  return { child, ended, said: () => text };
}

// Every call is a process of its own, which takes its time on a busy machine.
describe('turbo-bench report', { timeout: 240_000 }, () => {
  it('puts two runs into one page beside them', async () => {
    const { code, text } = await start('--compare', 'a', 'b').ended;
    expect(text).toContain(join('a-beside-b', 'report.html'));
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'a-beside-b/report.html'), 'utf8')).toContain(
      '<title>a and b · turbo-bench',
    );
    const refused = await start('a', 'b').ended;
    expect(refused.code).toBe(2);
    expect(refused.text).toContain('turbo-bench report FOLDER OTHER --compare');
  });

  it('serves a run that goes on, until it is told to end, and writes nothing', async () => {
    const { child, ended, said } = start('a', '--serve', '--port', '0');
    while (!said().includes('Ctrl-C') && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const url = /http:\S+/.exec(said())![0];
    expect(await (await fetch(url)).text()).toContain("connect-src 'self'");
    const before = await (await fetch(`${url}data`)).text();
    writeFileSync(join(folder, 'a/journal.jsonl'), lineOf(classificationRows()[8]!), { flag: 'a' });
    expect(await (await fetch(`${url}data`)).text()).not.toBe(before);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    expect(existsSync(join(folder, 'a/report.html'))).toBe(false);
  });
});

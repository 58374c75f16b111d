import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf, watchRun } from './watched-run.js';

const contest = fileURLToPath(new URL('./contest.ts', import.meta.url));

describe('two runs on one folder', { timeout: 600_000 }, () => {
  it('never write at the same time: the second is refused, and the first is not disturbed', async () => {
    const world = await smallWorld();
    world.writeExperiment(slowTrials(1));
    const runs = [watchRun(world, '--out', 'one'), watchRun(world, '--out', 'one')];
    const ends = await Promise.all(runs.map(({ finished }) => finished));
    const codes = ends.map(({ code }) => code);
    expect([...codes].sort(), ends.map(({ stderr }) => stderr).join('\n')).toEqual([0, 2]);
    const refused = ends[codes.indexOf(2)]!;
    expect(refused.stderr).toMatch(/Another run is writing to this folder[\s\S]*process \d+ on/);
    expect(refused.stderr).not.toContain('    at ');
    const { runs: begun, trials } = journalOf(join(world.folder, 'one'));
    expect(begun).toHaveLength(1);
    expect(trials).toHaveLength(3);
    expect(existsSync(join(world.folder, 'one/run.lock'))).toBe(false);
  });

  it('never hold the lock at the same time, also when one dies with it and several want to take over', async () => {
    const world = mkdtempSync(join(tmpdir(), 'contest-'));
    mkdirSync(join(world, 'folder'));
    const [processes, times] = [3, 40];
    await Promise.all(
      Array.from({ length: processes }, () => {
        const child = spawn(
          process.execPath,
          ['--import', 'tsx', contest, join(world, 'folder'), String(times)],
          { stdio: 'inherit' },
        );
        return new Promise((resolve) => child.once('exit', resolve));
      }),
    );
    const log = readFileSync(join(world, 'log'), 'utf8').trimEnd().split('\n');
    expect(log).toHaveLength(2 * processes * times);
    for (let at = 0; at < log.length; at += 2)
      expect([log[at], log[at + 1]]).toEqual([log[at], log[at]!.replace('in', 'out')]);
  });
});

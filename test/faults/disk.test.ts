import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SmallWorld, smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf } from './watched-run.js';

const mounted: string[] = [];

/** A file system of its own at this path. @returns whether that is allowed here, as it is to root */
function mount(path: string, options: string): boolean {
  mkdirSync(path, { recursive: true });
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0;
  if (isMounted) mounted.push(path);
  return isMounted;
}

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
  world.writeExperiment(slowTrials(0.2));
});
afterAll(() => {
  for (const path of mounted) spawnSync('umount', [path]);
});

const run = (out: string) => world.start('run', 'small.yaml', '--out', out).finished;

describe.runIf(process.platform === 'linux')('a disk that takes no more', { timeout: 600_000 }, () => {
  it('ends the run with the reason when the journal may not grow, and the same command goes on later', async () => {
    const first = await world.shell('ulimit -f 5; $turbo run small.yaml --out limited');
    expect(first.stderr).toMatch(/Cannot write .*: the file may not become that large[\s\S]*ulimit -f/);
    expect(first.stderr).not.toContain('    at ');
    expect(first.code).toBe(2);
    const again = await run('limited');
    expect(again.code, again.stderr).toBe(0);
    expect(journalOf(join(world.folder, 'limited')).trials).toHaveLength(3);
  });

  it('says whether the journal or only the report is incomplete when it is full', async (test) => {
    const folder = join(world.folder, 'full');
    if (!mount(folder, 'size=4m')) test.skip();
    const ballast = join(folder, 'ballast');
    const leaveFree = (bytes: number): void => {
      rmSync(ballast, { force: true });
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, new Uint8Array(bavail * bsize - bytes));
    };
    leaveFree(8192);
    const first = await run('full');
    expect(first.stderr).toMatch(
      /Cannot write to the journal: the disk is full[\s\S]*goes on where it stopped/,
    );
    expect(first.stderr).not.toContain('    at ');
    expect(first.code).toBe(2);
    leaveFree(65_536);
    const second = await run('full');
    expect(second.stderr).toContain('The disk is full; the report is not complete');
    expect(second.stderr).not.toContain('    at ');
    expect(second.code).toBe(2);
    expect(journalOf(folder).trials).toHaveLength(3);
    rmSync(ballast);
    const third = await run('full');
    expect(third.code, third.stderr).toBe(0);
    expect(third.stdout).toContain('(0 run now, 3 kept from before)');
  });

  it('refuses a read-only folder before anything is measured', async (test) => {
    if (!mount(join(world.folder, 'read-only'), 'ro')) test.skip();
    const { code, stderr } = await run('read-only');
    expect(stderr).toMatch(/the file system is read-only[\s\S]*--out FOLDER/);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });

  it('refuses a file in place of the folder', async () => {
    writeFileSync(join(world.folder, 'file'), '');
    const { code, stderr } = await run('file');
    expect(stderr).toMatch(/there is a file of that name[\s\S]*--out FOLDER/);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
    expect(existsSync(join(world.folder, 'file'))).toBe(true);
  });
});

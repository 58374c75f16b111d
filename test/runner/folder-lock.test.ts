import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LockSystem, lockFolder } from '../../src/runner/folder-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

function system(
  pid: number,
  alive: readonly number[],
  host = 'here',
  births: Readonly<Record<number, string>> = {},
): LockSystem {
  return {
    ...{ pid, host, now: () => new Date(0), isAlive: (other: number) => alive.includes(other) },
    bornOf: (other) => births[other] ?? null,
  };
}

describe('lockFolder', () => {
  it('refuses a second run while the first lives, and says who it is', () => {
    lockFolder(folder, system(10, [10, 11]));
    expect(() => lockFolder(folder, system(11, [10, 11]))).toThrow(/Another run[\s\S]*process 10 on here/);
  });

  it('lets the next one in when the first has let go', () => {
    const release = lockFolder(folder, system(10, [10]));
    release();
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
    lockFolder(folder, system(11, [10, 11]));
  });

  it('takes over from a process that is gone, and from one whose number we now have', () => {
    lockFolder(folder, system(10, [10]));
    lockFolder(folder, system(11, [11]));
    lockFolder(folder, system(11, [11]));
  });

  it('takes over when the number of the one that is gone was given to another process', () => {
    lockFolder(folder, system(10, [10], 'here', { 10: 'before the restart' }));
    const next = system(11, [10, 11], 'here', { 10: 'after it', 11: 'after it' });
    lockFolder(folder, next);
    expect(() => lockFolder(folder, system(12, [11, 12], 'here', { 11: 'after it' }))).toThrow('process 11');
  });

  it('leaves nothing but the lock in the folder', () => {
    lockFolder(folder, system(10, [10]));
    lockFolder(folder, system(11, [11]));
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });

  it('takes over from one that died while it took over', () => {
    lockFolder(folder, system(10, [10]));
    writeFileSync(join(folder, 'run.lock.takeover'), JSON.stringify({ pid: 11, host: 'here' }));
    lockFolder(folder, system(12, [12]));
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });

  it('does not take over from another machine', () => {
    lockFolder(folder, system(10, [10], 'there'));
    expect(() => lockFolder(folder, system(11, [11], 'here'))).toThrow('on there');
  });

  it('takes over a lock that says nothing', () => {
    writeFileSync(join(folder, 'run.lock'), '{"pid"');
    lockFolder(folder, system(11, [11]));
  });

  it('does not remove a lock that somebody else has taken since', () => {
    const release = lockFolder(folder, system(10, [10]));
    lockFolder(folder, system(11, [11]));
    release();
    expect(existsSync(join(folder, 'run.lock'))).toBe(true);
  });

  it('says when the folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => lockFolder(join(folder, 'file', 'below'), system(1, []))).toThrow(
      'Cannot make the report folder',
    );
  });
});

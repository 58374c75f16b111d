import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LockSystem, lockFolder } from '../../src/runner/folder-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

function system(pid: number, alive: readonly number[], host = 'here'): LockSystem {
  return { pid, host, now: () => new Date(0), isAlive: (other) => alive.includes(other) };
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

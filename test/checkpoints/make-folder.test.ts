import { existsSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/checkpoints/make-folder.js';
import { lockFolder } from '../../src/runner/folder-lock.js';
import { openJournal } from '../../src/runner/journal.js';

const folder = mkdtempSync(join(tmpdir(), 'make-folder-'));

describe('makeFolder', () => {
  it('makes a folder with those above it, and leaves one that is there', () => {
    const deep = join(folder, 'a/b/c');
    makeFolder(deep);
    makeFolder(deep);
    makeFolder('/');
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('complains of a file in the way', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'a/b'))).toThrow('ENOTDIR');
  });

  it('complains of a link that leads nowhere', () => {
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'nowhere'), link);
    expect(() => makeFolder(link)).toThrow();
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('comes back where the system makes no folders', () => {
    expect(() => makeFolder('/proc/x/y')).toThrow('ENOENT');
    const refused = /nothing can be made there[\s\S]*\/proc\/x[\s\S]*--out FOLDER/;
    expect(() => lockFolder('/proc/x')).toThrow(refused);
    expect(() => openJournal('/proc/x', false, () => new Date(0))).toThrow(refused);
  });
});

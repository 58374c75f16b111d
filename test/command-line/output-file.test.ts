import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireWritable } from '../../src/command-line/output-file.js';

const folder = mkdtempSync(join(tmpdir(), 'output-file-'));
const asked = (file: string) => () => requireWritable(file, 'outputs');

describe('a file to be written', () => {
  it('may be new, or there already', () => {
    const file = join(folder, 'out.safetensors');
    asked(file)();
    writeFileSync(file, '');
    asked(file)();
    asked('out.safetensors')();
  });

  it('is refused where its folder is missing, with the command that makes it', () => {
    const missing = join(folder, 'missing');
    expect(asked(join(missing, 'out'))).toThrow(`mkdir -p ${missing}`);
  });

  it('is refused where a folder or a device has its name, or a file that of its folder', () => {
    expect(asked(folder)).toThrow('--outputs names a folder');
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(asked(join(file, 'out'))).toThrow(/--outputs/);
    if (process.platform !== 'win32') expect(asked('/dev/null')).toThrow('no ordinary file');
  });

  it.skipIf(process.getuid?.() === 0)('is refused where nothing may be written', () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    expect(asked(join(closed, 'out'))).toThrow('permission denied');
  });
});

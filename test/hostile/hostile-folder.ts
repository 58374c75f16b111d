/** A temporary folder for files that mean no good. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

export interface HostileFolder {
  readonly path: string;
  /** Writes a file, text or bytes as they are and all else as JSON; hands back its path. */
  put(name: string, content: unknown): string;
}

export function hostileFolder(): HostileFolder {
  const path = mkdtempSync(join(tmpdir(), 'hostile-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    put(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      const isPlain = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(file, isPlain ? content : JSON.stringify(content));
      return file;
    },
  };
}

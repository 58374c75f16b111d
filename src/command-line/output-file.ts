/** A file that a command is to write: whether it can be, asked before anything is computed. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
};

/**
 * @param flag the flag that names the file, without dashes
 * @throws TurboError when its folder is not there or cannot be written to, or when what bears its name is no ordinary file
 */
export function requireWritable(file: string, flag: string): void {
  const folder = path.dirname(file);
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw refusal('names a folder', { where: file });
    if (there !== undefined && !there.isFile()) throw refusal('names no ordinary file', { where: file });
    const around = statSync(folder, { throwIfNoEntry: false });
    if (around === undefined)
      throw refusal('names a file in a folder that does not exist', {
        where: file,
        next: `mkdir -p ${folder}`,
      });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof TurboError) throw cause;
    const code = systemCode(cause) ?? String(cause);
    throw refusal(`cannot be written: ${REASONS[code] ?? code}`, { where: file, cause });
  }

  function refusal(problem: string, parts: { where: string; next?: string; cause?: unknown }): TurboError {
    return new TurboError(`--${flag} ${problem}`, {
      allowed: 'a file, new or to be replaced, in a folder that exists and can be written to',
      ...parts,
    });
  }
}

/** Writing a file that appears under its name only when it is complete. */
import { readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';

const REMEDIES: Readonly<Record<string, string>> = {
  EISDIR: 'there is a folder of that name: choose another',
  ENOENT: 'its folder is not there: make it, or choose another',
  ENOTDIR: 'a part of the path is a file: choose another',
};

/**
 * Writes `parts` one after another, in place of what `path` may hold.
 *
 * @param failure what the error says that a full disk or a folder without permission causes
 */
export async function writeCompleteFile(
  path: string,
  parts: readonly Uint8Array[],
  failure: string,
): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    const file = await open(unfinished, 'w');
    try {
      for (const part of parts) if (part.byteLength > 0) await file.writeFile(part);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    const code = systemCode(cause) ?? String(cause);
    throw new TurboError(failure, {
      where: path,
      cause,
      next: REMEDIES[code] ?? `make the folder writable, with enough room on the disk (${code})`,
    });
  }
}

/** Removes what writers that were killed left below a folder; nothing where there is no folder. @throws a system error */
export function removeUnfinished(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return;
    throw thrown;
  }
  for (const name of names) if (/\.\d+\.part$/.test(name)) rmSync(join(folder, name), { force: true });
}

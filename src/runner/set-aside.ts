/** Files and folders of an earlier run, kept under another name when everything is run anew. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors/turbo-error.js';

/**
 * `journal.jsonl` becomes `journal-2026-01-01T00-00-00-000Z.jsonl`; nothing where it is not there. What was put aside before is never replaced, also
 * when the clock has been set back.
 *
 * @param folder of the report @throws a system error
 */
export function setAside(folder: string, name: string, extension: string, now: Date): void {
  const kept = `${name}-${now.toISOString().replace(/[:.]/g, '-')}`;
  const taken = (number: number): string =>
    join(folder, `${kept}${number === 1 ? '' : `-${number}`}${extension}`);
  let number = 1;
  while (existsSync(taken(number))) number++;
  try {
    renameSync(join(folder, `${name}${extension}`), taken(number));
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown;
  }
}

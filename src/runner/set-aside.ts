/** Folders of an earlier run, kept under another name when everything is run anew. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors/turbo-error.js';
import { diskError } from './journal.js';

/** `pictures` becomes `pictures-2026-01-01T00-00-00-000Z`; nothing where it is not there. @param folder of the report */
export function setFolderAside(folder: string, name: string, now: Date): void {
  const kept = `${name}-${now.toISOString().replace(/[:.]/g, '-')}`;
  try {
    renameSync(join(folder, name), join(folder, kept));
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw diskError(`Cannot put ${name} aside`, folder, thrown);
  }
}

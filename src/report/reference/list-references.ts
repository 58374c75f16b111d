/** The published tables that come with turbo-bench: all of them, or the one of a name. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneOf } from '../../errors/did-you-mean.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import { parseReferenceTable, type ReferenceTable } from './reference-table.js';

/** `reports/reference/` of this package. */
export const REFERENCE_FOLDER = fileURLToPath(new URL('../../../reports/reference', import.meta.url));

const ENDING = '.json';

/** Names of the tables, sorted. @throws TurboError when the folder cannot be read */
export async function referenceIds(folder = REFERENCE_FOLDER): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .sort();
  } catch (cause) {
    throw new TurboError(`The published tables cannot be read: ${messageOf(cause)}`, {
      where: folder,
      cause,
    });
  }
}

/** @throws TurboError for an unknown name, or a file that is not as the schema asks for */
export async function readReference(id: string, folder = REFERENCE_FOLDER): Promise<ReferenceTable> {
  const ids = await referenceIds(folder);
  if (!ids.includes(id))
    throw new TurboError('There is no published table of this name', {
      value: id,
      allowed: oneOf(id, ids),
      next: 'turbo-bench reproduce --list',
    });
  const file = join(folder, `${id}${ENDING}`);
  const table = parseReferenceTable(await readFile(file, 'utf8'), file);
  if (table.id === id) return table;
  throw new TurboError('The published table has another name than its file', {
    value: table.id,
    allowed: id,
    where: file,
  });
}

/** All tables, by name. */
export async function readReferences(folder = REFERENCE_FOLDER): Promise<ReferenceTable[]> {
  return Promise.all((await referenceIds(folder)).map((id) => readReference(id, folder)));
}

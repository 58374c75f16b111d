/** The published tables that turbo-bench knows: all of them, or the one of a name. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneOf } from '../../errors/did-you-mean.js';
import { systemCode, TurboError } from '../../errors/turbo-error.js';
import { parseReferenceTable, type ReferenceTable } from './reference-table.js';

/** `reports/reference/` of the working folder, then that of turbo-bench itself; the first table of a name wins. */
export function referenceFolders(workingFolder = process.cwd()): string[] {
  const own = fileURLToPath(new URL('../../../reports/reference', import.meta.url));
  return [...new Set([resolve(workingFolder, 'reports/reference'), own])];
}

const ENDING = '.json';

/** Names of the tables, sorted. */
export async function referenceIds(folders = referenceFolders()): Promise<string[]> {
  return [...(await referenceFiles(folders)).keys()].sort();
}

/** @throws TurboError for an unknown name, or a file that is not as the schema asks for */
export async function readReference(id: string, folders = referenceFolders()): Promise<ReferenceTable> {
  const files = await referenceFiles(folders);
  const file = files.get(id);
  if (file === undefined)
    throw new TurboError('There is no published table of this name', {
      value: id,
      allowed: oneOf(id, [...files.keys()].sort()),
      next: 'turbo-bench reproduce --list',
    });
  const table = parseReferenceTable(await readFile(file, 'utf8'), file);
  if (table.id === id) return table;
  throw new TurboError('The published table has another name than its file', {
    value: table.id,
    allowed: id,
    where: file,
  });
}

/** All tables, by name. */
export async function readReferences(folders = referenceFolders()): Promise<ReferenceTable[]> {
  return Promise.all((await referenceIds(folders)).map((id) => readReference(id, folders)));
}

async function referenceFiles(folders: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders)
    for (const name of await namesIn(folder)) {
      const id = name.slice(0, -ENDING.length);
      if (name.endsWith(ENDING) && !found.has(id)) found.set(id, join(folder, name));
    }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

/** Annotation files: where they lie, and JSON that is checked against a schema, errors naming the file. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';

/** The text of a file, or undefined when there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw new TurboError(`${path} cannot be read: ${messageOf(thrown)}`, { where: path, cause: thrown });
  }
}

/** The first of `names` that one of `folders` has, tried name by name, as a path. */
export function findFile(
  root: string,
  folders: readonly string[],
  names: readonly string[],
): string | undefined {
  const paths = names.flatMap((name) => folders.map((folder) => join(root, folder, name)));
  return paths.find((path) => existsSync(path));
}

/** The content of an annotation file, or undefined when there is none. */
export async function readAnnotations<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const text = await readIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown).split('\n')[0] : messageOf(thrown);
    throw new TurboError(`${path} is not the annotation file that it should be: ${reason}`, {
      where: path,
      next: 'obtain the file again',
      cause: thrown,
    });
  }
}

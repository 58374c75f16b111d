/** Class names and prompt templates, from files beside the pictures or from the manifest. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';
import type { ImageClass } from './dataset.js';
import { pathOfManifest } from './inside.js';
import type { LocatedManifest } from './manifest.js';

/** With ids, the order of the file is the order of the labels; bare names follow the sorted folders. */
export const ClassList = z.union([
  z.array(z.looseObject({ id: z.string().min(1), name: z.string().min(1) })).min(1),
  z.array(z.string().min(1)).min(1),
]);
const TemplateList = z.array(z.string().includes('{}')).min(1);

/** OpenAI's plain prompt, for datasets that bring none. */
const PLAIN_TEMPLATE = 'a photo of a {}.';

/**
 * The classes of a dataset: `classes.json` in its root, else what the manifest says, else the folders by their names.
 *
 * @param folders names of the class folders that exist
 */
export async function readClasses(
  root: string,
  located: LocatedManifest,
  folders: readonly string[],
): Promise<ImageClass[]> {
  const sorted = [...folders].sort();
  const { list, where } = await classList(root, located);
  if (list === undefined) return sorted.map((id) => ({ id, name: id }));
  if (isNames(list)) {
    if (list.length !== sorted.length) {
      throw new TurboError('the class names do not fit the class folders', {
        where,
        value: `${list.length} names, ${sorted.length} folders`,
        allowed: 'one name for each folder, or entries {"id": folder, "name": name}',
      });
    }
    return sorted.map((id, label) => ({ id, name: list[label]! }));
  }
  const known = new Set(list.map(({ id }) => id));
  const unknown = sorted.filter((folder) => !known.has(folder));
  if (unknown.length > 0 || known.size < list.length) {
    throw new TurboError('the class list does not fit the class folders', {
      where,
      value:
        unknown.length > 0 ? `folders without a class: ${unknown.join(', ')}` : 'an id stands there twice',
      allowed: 'each class folder once',
    });
  }
  return list.map(({ id, name }) => ({ id, name }));
}

async function classList(
  root: string,
  located: LocatedManifest,
): Promise<{ list: z.infer<typeof ClassList> | undefined; where: string }> {
  const { manifest, file } = located;
  const own = join(root, 'classes.json');
  const list = await readList(own, ClassList);
  if (list !== undefined) return { list, where: own };
  if (Array.isArray(manifest.classes)) return { list: manifest.classes, where: file };
  if (typeof manifest.classes !== 'string') return { list: undefined, where: file };
  const where = pathOfManifest(located, 'classes', manifest.classes);
  return { list: await readRequired(where, ClassList), where };
}

function isNames(list: z.infer<typeof ClassList>): list is string[] {
  return typeof list[0] === 'string';
}

/** The prompts of a dataset: `templates.json` in its root, else what the manifest says, else the plain one. */
export async function readTemplates(root: string, located: LocatedManifest): Promise<string[]> {
  const { templates } = located.manifest;
  const own = await readList(join(root, 'templates.json'), TemplateList);
  if (own !== undefined) return own;
  if (typeof templates === 'string')
    return readRequired(pathOfManifest(located, 'templates', templates), TemplateList);
  return templates ?? [PLAIN_TEMPLATE];
}

async function readRequired<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const list = await readList(path, schema);
  if (list !== undefined) return list;
  throw new TurboError(`${path}, which the manifest names, does not exist`, { where: path });
}

async function readList<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown);
    throw new TurboError(`${path} cannot be used: ${reason}`, { where: path, cause: thrown });
  }
}

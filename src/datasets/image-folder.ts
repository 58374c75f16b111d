/**
 * Class folders, as ImageNet's validation set is commonly unpacked: `<root>/<split>/<class>/<picture>`.
 *
 * Source: torchvision's `ImageFolder`: classes are the folders in sorted order unless a class list gives another.
 */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors/turbo-error.js';
import { readClasses, readTemplates } from './class-list.js';
import type { ClassificationContent, ClassificationSample } from './dataset.js';
import { isImageFile } from './image-files.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch, noSplit } from './reader.js';

/** Samples in order of their labels, then by file name. */
export async function readImageFolder(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<ClassificationContent> {
  const folder = join(root, split);
  const folders = await subfolders(folder);
  if (folders === undefined) {
    const splits = ((await subfolders(root)) ?? []).filter((name) => name in located.manifest.splits);
    if (splits.length > 0) throw noSplit(located.manifest.name, split, root, splits);
    throw new LayoutMismatch(`there is no folder ${folder}`);
  }
  const classes = await readClasses(root, located, folders);
  const present = new Set(folders);
  const samples: ClassificationSample[] = [];
  for (const [label, { id }] of classes.entries()) {
    if (!present.has(id)) continue;
    const names = (await readdir(join(folder, id))).filter(isImageFile).sort();
    for (const name of names) {
      samples.push({
        id: `${split}/${id}/${name}`,
        image: { kind: 'file', path: join(folder, id, name) },
        label,
      });
    }
  }
  return { kind: 'classification', classes, templates: await readTemplates(root, located), samples };
}

/** Names of the folders in `folder`, or undefined when there is no such folder. */
async function subfolders(folder: string): Promise<string[] | undefined> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT' || systemCode(thrown) === 'ENOTDIR') return undefined;
    throw thrown;
  }
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

/** What may be read for a dataset: files named by its manifest inside the folder of all datasets, and no link that leads out of both. */
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import type { DatasetContent } from './dataset.js';
import type { LocatedManifest } from './manifest.js';
import { picturesOf } from './samples.js';

/** Folders to which links of datasets may lead, as in PATH. */
export const LINK_TARGETS_VARIABLE = 'TURBO_BENCH_DATA_LINKS';

/** Files that readers open under names of their own. */
const READ_FILES = /\.(json|txt|csv|tsv|token|bin|ya?ml)$/i;

/** Whether `path` is not inside `folder`; both absolute. */
export function leaves(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return isAbsolute(inside) || inside.split(/[\\/]/)[0] === '..';
}

/** The file or folder that a manifest names under a key, relative to itself. @throws TurboError where it is outside of the folder of datasets */
export function pathOfManifest(
  { manifest, file, folder }: LocatedManifest,
  key: 'imageRoot' | 'classes' | 'templates',
  value: string,
): string {
  const path = resolve(dirname(file), value);
  if (!isAbsolute(value) && !leaves(resolve(folder), path)) return path;
  throw new TurboError(`the ${key} of the dataset ${manifest.name} is outside the folder of datasets`, {
    where: file,
    value,
    allowed: `a path relative to the manifest that stays inside ${folder}`,
    next: 'Lay it into the folder of the dataset, or name that of a dataset beside it.',
  });
}

/** Folders into which links of a dataset may lead; those that do not exist are left out. */
export function linkTargets(
  folders: readonly (string | undefined)[],
  variable: string | undefined,
): string[] {
  const named = variable === undefined ? [] : variable.split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...named].flatMap((folder) => (folder === undefined ? [] : (realPath(folder) ?? [])));
}

/**
 * Refuses links among the annotations and folders of a dataset that lead anywhere else: a dataset from the net could show any file of this machine.
 *
 * @param targets as `linkTargets` has them
 */
export function refuseLinksOut(root: string, targets: readonly string[]): void {
  for (const entry of entriesOf(root)) {
    const path = join(root, entry.name);
    if (entry.isSymbolicLink()) refuseLinkOut(path, targets);
    if (!entry.isDirectory()) continue;
    for (const below of entriesOf(path))
      if (below.isSymbolicLink() && (READ_FILES.test(below.name) || !/\.\w+$/.test(below.name)))
        refuseLinkOut(join(path, below.name), targets);
  }
}

/** The same of the pictures that a dataset lists, and of the folders on the way to them. */
export function refusePicturesOut(content: DatasetContent, targets: readonly string[]): void {
  const folders = new Set<string>();
  for (const { image } of picturesOf(content)) {
    if (image.kind !== 'file') continue;
    folders.add(dirname(image.path));
    if (isLink(image.path)) refuseLinkOut(image.path, targets);
  }
  for (const folder of folders) refuseLinkOut(folder, targets);
}

function refuseLinkOut(path: string, targets: readonly string[]): void {
  const target = realPath(path);
  if (target === undefined || targets.some((folder) => !leaves(folder, target))) return;
  throw new TurboError('a link leads out of the dataset', {
    where: path,
    value: target,
    allowed: `a target inside ${targets.join(' or ')}`,
    next: `If the link is yours, say so: ${LINK_TARGETS_VARIABLE}=${dirname(target)}; if it came with the dataset, do not use it.`,
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (thrown) {
    if (isNothing(thrown)) return false;
    throw new TurboError('a picture of the dataset cannot be looked at', { where: path, cause: thrown });
  }
}

/** Whether a path leads nowhere that can be read; readers say what is missing. */
function isNothing(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG'].includes(systemCode(thrown) ?? '');
}

/** Undefined where nothing is there. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (thrown) {
    if (isNothing(thrown)) return undefined;
    throw new TurboError('a link of the dataset cannot be followed', { where: path, cause: thrown });
  }
}

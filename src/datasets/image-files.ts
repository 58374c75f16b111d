/** Picture files of a dataset: which names count, and where a name in an annotation file leads to. */
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { TurboError } from '../errors/turbo-error.js';
import { leaves, pathOfManifest } from './inside.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch } from './reader.js';

const EXTENSIONS = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/** Whether a file name is that of a picture, by its extension; hidden files are none. */
export function isImageFile(name: string): boolean {
  return EXTENSIONS.test(name) && !name.startsWith('.');
}

/**
 * Makes the function from a file name in an annotation file to its path. The folder is the first of `folders` that has the
 * first picture; a name that would leave the root is refused.
 *
 * @param names relative names as the annotation file has them
 */
export function imagePaths(root: string, folders: readonly string[], names: readonly string[]): string[] {
  const first = names[0];
  if (first === undefined) return [];
  for (const name of names) refuseOutside(root, name);
  const candidates = folders.map((folder) => join(root, folder));
  const whole = candidates.find((folder) => existsSync(join(folder, first)));
  if (whole !== undefined) return names.map((name) => join(whole, name));
  const flat = candidates.find((folder) => existsSync(join(folder, basename(first))));
  if (flat !== undefined) return names.map((name) => join(flat, basename(name)));
  throw new LayoutMismatch(`the picture ${first} is in none of ${candidates.join(', ')}`);
}

/**
 * The folder that the names of pictures start from: the manifest's `imageRoot`, for annotations of pictures that belong to
 * another dataset, else the root of the data.
 */
export function imageRootOf(located: LocatedManifest, root: string): string {
  const { imageRoot } = located.manifest;
  return imageRoot === undefined ? root : pathOfManifest(located, 'imageRoot', imageRoot);
}

function refuseOutside(root: string, name: string): void {
  if (!isAbsolute(name) && !leaves(root, resolve(root, name))) return;
  throw new TurboError('an annotation file names a picture outside the dataset', {
    where: root,
    value: name,
    allowed: 'a path that stays inside it',
    next: 'obtain the annotation file again; do not use this one',
  });
}

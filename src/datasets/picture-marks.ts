/**
 * What stands for each picture in the fingerprint of a dataset: a hash of the file's bytes while all the pictures together are small,
 * else the file's size. Times of change and folders never count, so two fresh clones give the same marks.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { TurboError } from '../errors/turbo-error.js';
import type { ImageSource } from './dataset.js';

/** Of all pictures together, in bytes. Beyond it a plan would spend more time on reading pictures than on planning. */
const MOST_BYTES_READ = 64 * 2 ** 20;

/** Files that are looked at together. */
const AT_ONCE = 32;

/** sha256 of the bytes; or a size; or null for a file that cannot be read, which is a bad sample of the run and no fault of the plan. */
export type PictureMark = string | number | null;

/**
 * The marks of `images`, in their order. A picture that several samples share is read once.
 *
 * @throws TurboError for a file that is not there
 */
export async function pictureMarks(
  images: readonly ImageSource[],
  mostBytesRead = MOST_BYTES_READ,
): Promise<PictureMark[]> {
  const paths = pathsOf(images);
  const sizes = await inTurn(paths, sizeOf);
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) <= mostBytesRead;
  const marks: readonly PictureMark[] = isSmall ? await inTurn(paths, hashOf) : sizes;
  const byPath = new Map(paths.map((path, index) => [path, marks[index] ?? null]));
  return images.map((image) =>
    image.kind === 'file' ? (byPath.get(image.path) ?? null) : sha256(image.data),
  );
}

/** @throws TurboError for a file that is not there */
export async function requireFiles(images: readonly ImageSource[]): Promise<void> {
  await inTurn(pathsOf(images), sizeOf);
}

/** Each file once. */
function pathsOf(images: readonly ImageSource[]): string[] {
  return [...new Set(images.flatMap((image) => (image.kind === 'file' ? [image.path] : [])))];
}

/** Some at a time: one by one would wait for the disk, all at once would open too many files. */
async function inTurn<Result>(
  paths: readonly string[],
  look: (path: string) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE)
    results.push(...(await Promise.all(paths.slice(start, start + AT_ONCE).map(look))));
  return results;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new TurboError(`the dataset lists ${path}, which does not exist`, {
      where: path,
      next: 'obtain the picture, or annotations that fit the pictures',
      cause,
    });
  }
}

async function hashOf(path: string): Promise<string | null> {
  try {
    return sha256(await readFile(path));
  } catch {
    return null;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

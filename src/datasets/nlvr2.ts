/**
 * NLVR2: sentences that are true or false of two photographs, as the official JSON lines (`dev.json`, `test1.json`), which
 * name the pictures by the sentence's identifier, or as BLIP's JSON lists (`nlvr_dev.json`), which name the files.
 *
 * Sources: Suhr et al., "A Corpus for Reasoning about Natural Language Grounded in Photographs", ACL 2019;
 * https://github.com/lil-lab/nlvr, `nlvr2/README.md`; https://github.com/salesforce/BLIP, `data/nlvr_dataset.py`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { refuseBlank, refuseRepeated } from './annotation-checks.js';
import { findFile } from './annotation-file.js';
import type { ImagePair, ImagePairContent } from './dataset.js';
import { imagePaths, imageRootOf } from './image-files.js';
import type { LocatedManifest } from './manifest.js';
import { readNlvrEntries } from './nlvr2-file.js';
import { LayoutMismatch, noSplit } from './reader.js';

/** Beside the root: where BLIP keeps annotations, and where the official repository does. */
const FOLDERS = ['.', 'annotations', 'data', join('nlvr2', 'data')];

/** BLIP calls the public test set `test`, its authors `test1`; BLIP's loader calls the development set `val`. */
const OTHER_NAMES: Record<string, string> = { test: 'test1', test1: 'test', val: 'dev' };

export async function readNlvr2(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<ImagePairContent> {
  const names = [split, ...(OTHER_NAMES[split] === undefined ? [] : [OTHER_NAMES[split]])];
  const files = names.flatMap((name) => [`nlvr_${name}.json`, `${name}.json`]);
  const path = findFile(root, FOLDERS, files);
  if (path === undefined) throw notFound(root, split, located.manifest.name, files);
  const entries = await readNlvrEntries(path, split);
  refuseRepeated(
    'identifier',
    entries.map(({ id }) => id),
    path,
  );
  refuseBlank(
    'the sentence of',
    entries.map(({ id, sentence }) => [id, sentence]),
    path,
  );
  const folders = ['.', 'images', ...names.flatMap((name) => [join('images', name), name])];
  const paths = imagePaths(
    imageRootOf(located, root),
    folders,
    entries.flatMap(({ pictures }) => pictures),
  );
  const pairs = entries.map(
    ({ id, sentence, label }, index): ImagePair => ({
      id,
      images: [
        { kind: 'file', path: paths[2 * index]! },
        { kind: 'file', path: paths[2 * index + 1]! },
      ],
      sentence: sentence.trim(),
      label,
    }),
  );
  return { kind: 'image-pairs', pairs };
}

function notFound(root: string, split: string, name: string, files: readonly string[]): Error {
  const folders = FOLDERS.map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
  const found = folders
    .flatMap((folder) => readdirSync(folder))
    .flatMap((file) => /^(?:nlvr_)?(train|dev|test1?|test2|val)\.json$/.exec(file)?.[1] ?? []);
  if (found.length > 0) return noSplit(name, split, root, [...new Set(found)].sort());
  return new LayoutMismatch(`there is none of ${files.join(', ')} in ${root}`);
}

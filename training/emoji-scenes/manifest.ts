/**
 * `manifest.yaml` of a dataset: what it is, from whom, under which licence, and how to tell that it is whole.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { attributions } from './attribution.js';
import { filesChecksum, picturesChecksum } from './pictures.js';
import { pictureSide, type Split, sceneSplits, seed } from './splits.js';

/** What differs between the datasets of pictures. */
export interface ManifestParts {
  readonly name: string;
  readonly title: string;
  readonly format: 'coco-captions' | 'image-folder';
  readonly splits: readonly Split[];
  /** What lies where, one line a path. */
  readonly layout: Readonly<Record<string, string>>;
  readonly classes?: number;
  readonly captionsPerImage?: number;
}

/** Writes the manifest; call it when all pictures are there. */
export async function writeManifest(folder: string, parts: ManifestParts): Promise<void> {
  const { name, title, format, splits, layout, ...counts } = parts;
  const manifest = {
    name,
    title,
    format,
    source: 'composed by training/emoji-scenes from openly licensed emoji art (see attribution/)',
    licences: licences('attribution'),
    ...counts,
    imageSide: pictureSide,
    seed,
    splits: Object.fromEntries(splits.map((split) => [split.name, described(split, split.samples)])),
    checksum: {
      algorithm: 'sha256',
      over: 'one line "path sha256" per picture, sorted by path',
      value: await picturesChecksum(folder),
    },
    layout,
    obtain: 'Comes with the repository. To make it again: npx tsx training/emoji-scenes/build.ts data',
  };
  await write(folder, manifest);
}

/** What differs between the datasets that add words to the pictures of emoji-scenes. */
export interface WordManifestParts {
  readonly name: string;
  readonly title: string;
  readonly format: 'vqa-v2' | 'nlvr2';
  /** How many questions or pairs each split of emoji-scenes has here. */
  readonly samples: Readonly<Record<string, number>>;
  readonly layout: Readonly<Record<string, string>>;
}

/** Writes the manifest of a dataset without pictures of its own; call it when all files are there. */
export async function writeWordManifest(folder: string, parts: WordManifestParts): Promise<void> {
  const { name, title, format, samples, layout } = parts;
  await write(folder, {
    name,
    title,
    format,
    source: 'composed by training/emoji-scenes; pictures from openly licensed emoji art, see emoji-scenes',
    licences: licences('../emoji-scenes/attribution'),
    imageRoot: '../emoji-scenes/images',
    imageSide: pictureSide,
    seed,
    splits: Object.fromEntries(
      sceneSplits.map((split) => [split.name, described(split, samples[split.name]!)]),
    ),
    checksum: {
      algorithm: 'sha256',
      over: 'one line "path sha256" per JSON file, sorted by path',
      value: await filesChecksum(folder, '.json'),
    },
    layout,
    obtain: 'Comes with the repository. To make it again: npx tsx training/emoji-scenes/build.ts questions',
  });
}

function licences(folder: string): Record<string, string>[] {
  return attributions().map(({ style, author, licence, licenceUrl }) => {
    return { style, licence, author, url: licenceUrl, file: `${folder}/${style}.md` };
  });
}

function described({ heldOut }: Split, samples: number): Record<string, unknown> {
  return { samples, styles: heldOut ? 'held out of training' : 'as in training' };
}

async function write(folder: string, manifest: Readonly<Record<string, unknown>>): Promise<void> {
  const comment = '# Written by training/emoji-scenes/manifest.ts; change it there.\n';
  await writeFile(join(folder, 'manifest.yaml'), comment + stringify(manifest, { lineWidth: 110 }));
}

/**
 * `manifest.yaml` of a dataset: what it is, from whom, under which licence, and how to tell that it is whole.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { attributions } from './attribution.js';
import { picturesChecksum } from './pictures.js';
import { pictureSide, type Split, seed } from './splits.js';

/** What differs between the two datasets. */
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
    licences: attributions().map(({ style, author, licence, licenceUrl }) => {
      return { style, licence, author, url: licenceUrl, file: `attribution/${style}.md` };
    }),
    ...counts,
    imageSide: pictureSide,
    seed,
    splits: Object.fromEntries(
      splits.map((split) => [
        split.name,
        { samples: split.samples, styles: split.heldOut ? 'held out of training' : 'as in training' },
      ]),
    ),
    checksum: {
      algorithm: 'sha256',
      over: 'one line "path sha256" per picture, sorted by path',
      value: await picturesChecksum(folder),
    },
    layout,
    obtain: 'Comes with the repository. To make it again: npx tsx training/emoji-scenes/build.ts data',
  };
  const comment = '# Written by training/emoji-scenes/manifest.ts; change it there.\n';
  await writeFile(join(folder, 'manifest.yaml'), comment + stringify(manifest, { lineWidth: 110 }));
}

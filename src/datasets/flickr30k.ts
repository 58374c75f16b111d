/**
 * Flickr30k: Karpathy's split (`dataset_flickr30k.json`), or the original caption table with a list of pictures per split.
 *
 * Sources: Young et al., "From image descriptions to visual denotations", TACL 2014 (`results_20130124.token`: `name#number`,
 * tab, caption; `results.csv`: the same as `name| number| caption`); `<split>.txt` as in Plummer et al., ICCV 2015: one picture a line.
 */
import { join } from 'node:path';
import { TurboError } from '../errors/turbo-error.js';
import { refuseRepeated } from './annotation-checks.js';
import { readIfPresent } from './annotation-file.js';
import type { RetrievalContent } from './dataset.js';
import { imagePaths, imageRootOf } from './image-files.js';
import { readKarpathy } from './karpathy.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch } from './reader.js';

const FOLDERS = ['flickr30k-images', 'flickr30k_images', 'images', '.'];
const TABLES = ['results_20130124.token', 'results.csv', 'captions.txt'];

/** The split of the caption table that needs no list: all pictures. */
const WHOLE = 'all';

export async function readFlickr30k(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<RetrievalContent> {
  const { name } = located.manifest;
  const pictures = imageRootOf(located, root);
  const karpathy = await readKarpathy(root, 'dataset_flickr30k.json', split, name, pictures, FOLDERS);
  if (karpathy !== undefined) return karpathy;
  for (const table of TABLES) {
    const text = await readIfPresent(join(root, table));
    if (text !== undefined) return fromTable(root, captionTable(text, join(root, table)), split, pictures);
  }
  throw new LayoutMismatch(`there is none of dataset_flickr30k.json, ${TABLES.join(', ')} in ${root}`);
}

async function fromTable(
  root: string,
  captions: Map<string, string[]>,
  split: string,
  pictures: string,
): Promise<RetrievalContent> {
  const names = split === WHOLE ? [...captions.keys()] : await splitNames(root, split);
  refuseRepeated('picture', names, join(root, `${split}.txt`));
  const unknown = names.find((name) => !captions.has(name));
  if (unknown !== undefined) {
    throw new TurboError('the split lists a picture without captions', {
      where: join(root, `${split}.txt`),
      value: unknown,
    });
  }
  const paths = imagePaths(pictures, FOLDERS, names);
  return {
    kind: 'image-text',
    images: names.map((id, index) => ({ id, image: { kind: 'file', path: paths[index]! } })),
    captions: names.flatMap((name, image) => captions.get(name)!.map((text) => ({ text, image }))),
  };
}

async function splitNames(root: string, split: string): Promise<string[]> {
  const path = join(root, `${split}.txt`);
  const text = await readIfPresent(path);
  if (text === undefined) {
    throw new TurboError(`the caption table does not say which pictures belong to ${split}`, {
      where: path,
      allowed: `${path} with one picture a line, or dataset_flickr30k.json, or split: ${WHOLE}`,
    });
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (line.endsWith('.jpg') ? line : `${line}.jpg`));
}

/** `name#number<tab>caption`, `name| number| caption` or `name,number,"caption"`, with or without a heading. */
function captionTable(text: string, where: string): Map<string, string[]> {
  const captions = new Map<string, string[]>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name, caption] = /^([^#|,\t]+\.jpg)\s*[#|,]\s*\d+\s*[\t|,]\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || caption === undefined || caption === '') {
      if (index === 0) continue;
      throw new TurboError('a line of the caption table cannot be read', {
        where: `${where}:${index + 1}`,
        value: line,
        allowed: '1000092795.jpg#0<tab>caption, or 1000092795.jpg| 0| caption',
      });
    }
    const texts = captions.get(name) ?? [];
    texts.push(unquoted(caption.trim()));
    captions.set(name, texts);
  }
  return captions;
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll('""', '"')
    : text;
}

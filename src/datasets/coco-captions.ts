/**
 * COCO captions: Karpathy's split (`dataset_*.json`) where it lies there, else COCO's own `annotations/captions_<split>.json`.
 *
 * Source: Chen et al., "Microsoft COCO Captions", arXiv 1504.00325; https://cocodataset.org/#format-data.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readAnnotations } from './annotation-file.js';
import { captionedImages, cocoCaptionFile } from './coco-file.js';
import type { RetrievalContent } from './dataset.js';
import { imagePaths, imageRootOf } from './image-files.js';
import { readKarpathy } from './karpathy.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch, noSplit } from './reader.js';

const CocoFile = cocoCaptionFile(z.object({ id: z.int(), file_name: z.string().min(1) }));

export async function readCocoCaptions(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<RetrievalContent> {
  const { name } = located.manifest;
  const pictures = imageRootOf(located, root);
  const karpathy = (await readdir(root)).filter((file) => /^dataset_.*\.json$/.test(file)).sort()[0];
  if (karpathy !== undefined) {
    const content = await readKarpathy(root, karpathy, split, name, pictures, ['.', 'images']);
    if (content !== undefined) return content;
  }
  return readCocoFile(root, split, name, pictures);
}

async function readCocoFile(
  root: string,
  split: string,
  name: string,
  pictures: string,
): Promise<RetrievalContent> {
  const path = join(root, 'annotations', `captions_${split}.json`);
  const content = await readAnnotations(path, CocoFile);
  if (content === undefined) {
    const splits = await captionSplits(join(root, 'annotations'));
    if (splits.length > 0) throw noSplit(name, split, root, splits);
    throw new LayoutMismatch(`there is neither ${join(root, 'dataset_coco.json')} nor ${path}`);
  }
  const captioned = captionedImages(content, path);
  const names = captioned.map(({ image }) => image.file_name);
  const paths = imagePaths(pictures, ['images', split, join('images', split), '.'], names);
  return {
    kind: 'image-text',
    images: names.map((id, index) => ({ id, image: { kind: 'file', path: paths[index]! } })),
    captions: captioned.flatMap(({ texts }, image) => texts.map((text) => ({ text, image }))),
  };
}

async function captionSplits(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^captions_(.+)\.json$/.exec(name)?.[1] ?? []);
}

/**
 * COCO captions: Karpathy's split (`dataset_*.json`) where it lies there, else COCO's own `annotations/captions_<split>.json`.
 *
 * Source: Chen et al., "Microsoft COCO Captions", arXiv 1504.00325; https://cocodataset.org/#format-data.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TurboError } from '../errors/turbo-error.js';
import { readAnnotations } from './annotation-file.js';
import type { Caption, RetrievalContent } from './dataset.js';
import { imagePaths } from './image-files.js';
import { readKarpathy } from './karpathy.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch, noSplit } from './reader.js';

const CocoFile = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string().min(1) })),
  annotations: z.array(z.object({ image_id: z.int(), caption: z.string() })),
});

export async function readCocoCaptions(
  root: string,
  split: string,
  { manifest: { name } }: LocatedManifest,
): Promise<RetrievalContent> {
  const karpathy = (await readdir(root)).filter((file) => /^dataset_.*\.json$/.test(file)).sort()[0];
  if (karpathy !== undefined) {
    const content = await readKarpathy(root, karpathy, split, name, ['.', 'images']);
    if (content !== undefined) return content;
  }
  return readCocoFile(root, split, name);
}

async function readCocoFile(root: string, split: string, name: string): Promise<RetrievalContent> {
  const path = join(root, 'annotations', `captions_${split}.json`);
  const content = await readAnnotations(path, CocoFile);
  if (content === undefined) {
    const splits = await captionSplits(join(root, 'annotations'));
    if (splits.length > 0) throw noSplit(name, split, root, splits);
    throw new LayoutMismatch(`there is neither ${join(root, 'dataset_coco.json')} nor ${path}`);
  }
  const captions = new Map<number, string[]>(content.images.map(({ id }) => [id, []]));
  for (const { image_id, caption } of content.annotations) {
    const texts = captions.get(image_id);
    if (texts === undefined) {
      throw new TurboError('a caption belongs to a picture that the annotation file does not list', {
        where: path,
        value: image_id,
        next: 'obtain the file again',
      });
    }
    texts.push(caption.trim());
  }
  const images = content.images.filter(({ id }) => captions.get(id)!.length > 0);
  const names = images.map(({ file_name }) => file_name);
  const paths = imagePaths(root, ['images', split, join('images', split), '.'], names);
  return {
    kind: 'image-text',
    images: names.map((id, index) => ({ id, image: { kind: 'file', path: paths[index]! } })),
    captions: images.flatMap(({ id }, image): Caption[] =>
      captions.get(id)!.map((text) => ({ text, image })),
    ),
  };
}

async function captionSplits(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^captions_(.+)\.json$/.exec(name)?.[1] ?? []);
}

/**
 * nocaps: captions of Open Images photographs in COCO's format, each picture in one of three domains by how many of its
 * objects COCO has.
 *
 * Source: Agrawal et al., "nocaps: novel object captioning at scale", ICCV 2019; https://nocaps.org/download.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { refuseEntries } from './annotation-checks.js';
import { findFile, readAnnotations } from './annotation-file.js';
import { captionedImages, cocoCaptionFile } from './coco-file.js';
import type { DatasetImage, RetrievalContent } from './dataset.js';
import { imagePaths, imageRootOf } from './image-files.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch, noSplit } from './reader.js';

const FOLDERS = ['.', 'annotations'];

const NocapsImage = z.object({
  id: z.int(),
  file_name: z.string().min(1).optional(),
  open_images_id: z.string().min(1).optional(),
  coco_url: z.string().optional(),
  domain: z.string().min(1).optional(),
});
type NocapsImage = z.infer<typeof NocapsImage>;
const NocapsFile = cocoCaptionFile(NocapsImage);

export async function readNocaps(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<RetrievalContent> {
  const path = captionFile(root, split, located.manifest.name);
  const captioned = captionedImages((await readAnnotations(path, NocapsFile))!, path);
  const nameless = captioned.filter(({ image }) => pictureName(image) === undefined);
  refuseEntries(
    nameless.map(({ image }) => String(image.id)),
    (id) => `the picture ${id} has no file name`,
    path,
    'file_name, open_images_id or coco_url',
  );
  const names = captioned.map(({ image }) => pictureName(image)!);
  const folders = ['images', split, join('images', split), 'validation', '.'];
  const paths = imagePaths(imageRootOf(located, root), folders, names);
  const images = captioned.map(({ image: { domain } }, index): DatasetImage => {
    const image = { id: names[index]!, image: { kind: 'file', path: paths[index]! } } as const;
    return domain === undefined ? image : { ...image, group: domain };
  });
  return {
    kind: 'image-text',
    images,
    captions: captioned.flatMap(({ texts }, image) => texts.map((text) => ({ text, image }))),
  };
}

function pictureName({ file_name, open_images_id, coco_url }: NocapsImage): string | undefined {
  if (file_name !== undefined) return file_name;
  if (open_images_id !== undefined) return `${open_images_id}.jpg`;
  return coco_url ? basename(coco_url) : undefined;
}

/** `nocaps_val_4500_captions.json`; the number is that of the pictures. */
function captionFile(root: string, split: string, name: string): string {
  const files = FOLDERS.flatMap((folder) => filesOf(join(root, folder)));
  const splitOf = (file: string) => /^nocaps_(.+?)(?:_\d+)?_captions\.json$/.exec(file)?.[1];
  const found = files.find((file) => splitOf(file) === split);
  if (found !== undefined) return findFile(root, FOLDERS, [found])!;
  const withoutCaptions = findFile(root, FOLDERS, [`nocaps_${split}_image_info.json`]);
  if (withoutCaptions !== undefined) {
    throw new TurboError(`the split ${split} of the dataset ${name} has pictures but no captions`, {
      where: withoutCaptions,
      value: split,
      allowed: 'a split with captions: nothing could be scored without them',
      next: 'use split: val; the captions of test are held by the evaluation server of nocaps.org',
    });
  }
  const splits = new Set(files.flatMap((file) => splitOf(file) ?? []));
  if (splits.size > 0) throw noSplit(name, split, root, [...splits]);
  throw new LayoutMismatch(`there is no nocaps_${split}_4500_captions.json in ${root}`);
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

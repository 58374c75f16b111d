/**
 * Karpathy's split files (`dataset_coco.json`, `dataset_flickr30k.json`): pictures with their split and sentences.
 *
 * Source: Karpathy and Fei-Fei, "Deep Visual-Semantic Alignments for Generating Image Descriptions", CVPR 2015.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { refuseBlank, refuseRepeated } from './annotation-checks.js';
import { readAnnotations } from './annotation-file.js';
import type { RetrievalContent } from './dataset.js';
import { imagePaths } from './image-files.js';
import { noSplit } from './reader.js';

const KarpathyFile = z.object({
  images: z.array(
    z.object({
      filepath: z.string().optional(),
      filename: z.string().min(1),
      split: z.string(),
      sentences: z.array(z.object({ raw: z.string() })).min(1),
    }),
  ),
});

/**
 * One split of a Karpathy file, or undefined when there is no such file. Every sentence counts, also the sixth and
 * seventh that some COCO pictures have (so 5,000 test pictures have 25,010 captions, as in ALBEF and BLIP).
 *
 * @param pictures the folder that the names of pictures start from
 * @param folders where pictures may lie, relative to `pictures`
 */
export async function readKarpathy(
  root: string,
  file: string,
  split: string,
  name: string,
  pictures: string,
  folders: readonly string[],
): Promise<RetrievalContent | undefined> {
  const content = await readAnnotations(join(root, file), KarpathyFile);
  if (content === undefined) return undefined;
  const chosen = content.images.filter((image) => image.split === split);
  if (chosen.length === 0) {
    throw noSplit(name, split, join(root, file), [...new Set(content.images.map((image) => image.split))]);
  }
  const names = chosen.map(({ filepath, filename }) => (filepath ? `${filepath}/${filename}` : filename));
  refuseRepeated('picture', names, join(root, file));
  const texts = chosen.flatMap(({ sentences }, image) =>
    sentences.map(({ raw }) => [names[image]!, raw] as const),
  );
  refuseBlank('a caption of picture', texts, join(root, file));
  const paths = imagePaths(pictures, folders, names);
  return {
    kind: 'image-text',
    images: names.map((id, index) => ({ id, image: { kind: 'file', path: paths[index]! } })),
    captions: chosen.flatMap(({ sentences }, image) =>
      sentences.map(({ raw }) => ({ text: raw.trim(), image })),
    ),
  };
}

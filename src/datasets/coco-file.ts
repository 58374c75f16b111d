/**
 * COCO's caption files: a list of pictures, and captions that name them by id.
 *
 * Source: https://cocodataset.org/#format-data; Chen et al., "Microsoft COCO Captions", arXiv 1504.00325.
 */
import { z } from 'zod';
import { refuseBlank, refuseEntries, refuseRepeated } from './annotation-checks.js';

/** @param image what the file tells of a picture */
export function cocoCaptionFile<Image extends z.ZodType<{ id: number }>>(image: Image) {
  return z.object({
    images: z.array(image),
    annotations: z.array(z.object({ image_id: z.int(), caption: z.string() })),
  });
}

/**
 * The pictures that have captions, in the order of the file, each with all of them.
 *
 * @param where the file, for errors
 */
export function captionedImages<Image extends { readonly id: number }>(
  file: {
    readonly images: readonly Image[];
    readonly annotations: readonly { readonly image_id: number; readonly caption: string }[];
  },
  where: string,
): { image: Image; texts: string[] }[] {
  refuseRepeated(
    'picture',
    file.images.map(({ id }) => String(id)),
    where,
  );
  refuseBlank(
    'a caption of picture',
    file.annotations.map(({ image_id, caption }) => [String(image_id), caption]),
    where,
  );
  const byImage = new Map(file.images.map((image) => [image.id, { image, texts: [] as string[] }]));
  const unknown: string[] = [];
  for (const { image_id, caption } of file.annotations) {
    const captioned = byImage.get(image_id);
    if (captioned === undefined) unknown.push(String(image_id));
    else captioned.texts.push(caption.trim());
  }
  refuseEntries(
    unknown,
    (id) => `a caption belongs to a picture ${id} that the annotation file does not list`,
    where,
    'captions of listed pictures',
  );
  return [...byImage.values()].filter(({ texts }) => texts.length > 0);
}

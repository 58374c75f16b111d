/** Pictures of merging that are kept beside a run, so that its report shows them: one JSON file each in `merging/`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode } from '../../errors/turbo-error.js';
import type { MergingPicture } from './merging-picture.js';

/** In the folder of a run. */
export const MERGING = 'merging';

const Count = z.int().min(0);
const Grid = z.strictObject({ rows: z.int().min(1).max(4096), columns: z.int().min(1).max(4096) });
const Pixels = z.strictObject({
  pngBase64: z.base64(),
  patchColors: z.array(z.tuple([z.number(), z.number(), z.number()])),
});
const Layer = z.strictObject({
  side: z.enum(['image', 'text']),
  name: z.string(),
  grid: Grid.optional(),
  layer: Count,
  tokensBefore: Count,
  tokensAfter: Count,
  regions: z.strictObject({ ofPatch: z.array(Count.nullable()), sizes: z.array(Count) }),
  semantic: z.array(z.number().nullable()).nullable(),
  pairs: z.array(
    z.strictObject({
      source: z.array(Count).min(1),
      destination: z.array(Count).min(1),
      redundancy: z.number(),
    }),
  ),
});
const Picture = z.strictObject({
  model: z.string(),
  name: z.string(),
  text: z.string().nullable(),
  grid: Grid,
  pngBase64: z.base64().nullable(),
  patchColors: Pixels.shape.patchColors,
  variants: z
    .array(
      z.strictObject({
        method: z.string(),
        parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
        layers: z.array(Layer).min(1),
        tokens: z.strictObject({ before: Count, after: Count }).nullable(),
        picture: Pixels.optional(),
      }),
    )
    .min(1),
});

/**
 * The pictures that lie in the folder of a run, in the order of their names.
 *
 * @param notice is told of files that cannot be read, which are left out
 */
export async function readMerging(
  folder: string,
  notice: (text: string) => void,
): Promise<readonly MergingPicture[]> {
  const place = join(folder, MERGING);
  const names = await readdir(place).catch((thrown) => {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const pictures: MergingPicture[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const picture = pictureFrom(await readFile(join(place, name), 'utf8'));
    if (picture === undefined) notice(`${join(place, name)} is no picture of merging and is left out.`);
    else pictures.push(picture);
  }
  return pictures;
}

function pictureFrom(text: string): MergingPicture | undefined {
  try {
    return Picture.parse(JSON.parse(text)) as MergingPicture;
  } catch {
    return undefined;
  }
}

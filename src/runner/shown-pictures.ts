/** A few of the pictures that a trial made, small, for the contact sheet. */
import type { Picture } from '../report/shown-example.js';
import type { ShownPicture } from '../report/shown-picture.js';
import type { PictureRequest } from '../tasks/diffusion/picture-requests.js';
import type { PictureSource } from '../tasks/diffusion/picture-scores.js';
import { examplePositions } from '../tasks/examples.js';
import { thumbnailOf } from './example-pictures.js';

export interface ShownPictures {
  readonly shown: readonly ShownPicture[];
  /** Those of the shown ones, each once. */
  readonly pictures: readonly Picture[];
}

/** @param psnr of every picture; null for the unmerged ones */
export async function shownPictures(
  requests: readonly PictureRequest[],
  source: PictureSource,
  psnr: readonly number[] | null,
): Promise<ShownPictures> {
  const made = await Promise.all(
    examplePositions(requests.length).map(async (position) => {
      const picture = await thumbnailOf({ kind: 'pixels', ...(await source.read(position)) });
      const { prompt } = requests[position]!;
      return { picture, shown: { position, prompt, picture: picture.key, psnr: psnr?.[position] ?? null } };
    }),
  );
  return {
    shown: made.map(({ shown }) => shown),
    pictures: [...new Map(made.map(({ picture }) => [picture.key, picture])).values()],
  };
}

/** The examples of a trial with their pictures, which are made once per picture and process. */
import { createHash } from 'node:crypto';
import type { ImageSource } from '../images/rgb-image.js';
import { thumbnail } from '../images/thumbnail.js';
import type { Picture, ShownExample } from '../report/shown-example.js';
import type { Example } from '../tasks/examples.js';
import type { PreparedTask } from '../tasks/task.js';

export interface Illustrated {
  readonly examples: readonly ShownExample[];
  /** Those of the examples, each once. */
  readonly pictures: readonly Picture[];
}

const KEY_DIGITS = 16;

/** @returns a function that adds the pictures to the examples of one task */
export function exampleIllustrator(): (
  samples: PreparedTask['samples'],
  examples: readonly Example[],
) => Promise<Illustrated> {
  const made = new Map<string, Promise<Picture>>();
  const pictureOf = (sample: PreparedTask['samples'][number]): Promise<Picture> => {
    const { image, id } = sample;
    const source = image.kind === 'file' ? image.path : id;
    const picture = made.get(source) ?? thumbnailOf(image);
    made.set(source, picture);
    return picture;
  };
  return async (samples, examples) => {
    const illustrated = await Promise.all(
      examples.map(async ({ position, ...example }) => {
        const picture = await pictureOf(samples[position]!);
        return { picture, example: { ...example, sample: samples[position]!.id, picture: picture.key } };
      }),
    );
    return {
      examples: illustrated.map(({ example }) => example),
      pictures: [...new Map(illustrated.map(({ picture }) => [picture.key, picture])).values()],
    };
  };
}

/** A small copy, named by what it shows. @param longerSide in pixels @throws TurboError when the picture cannot be decoded */
export async function thumbnailOf(image: ImageSource, longerSide?: number): Promise<Picture> {
  const jpeg = await thumbnail(image, longerSide);
  const key = createHash('sha256').update(jpeg).digest('hex').slice(0, KEY_DIGITS);
  return { key, jpegBase64: jpeg.toString('base64') };
}

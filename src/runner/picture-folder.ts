/**
 * The pictures that one trial makes, each in a PNG that says how it was made, so that a run that was interrupted makes only what is missing.
 *
 * `<index>.png` appears under its name when it is complete. A picture that is damaged, or was made in another way, is missing. How long the
 * pictures took stands in `timing.json`, once it is known.
 */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCompleteFile } from '../checkpoints/complete-file.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { describedPng, readDescribedPng } from '../images/described-png.js';
import type { RgbImage } from '../images/rgb-image.js';
import { diskError } from './journal.js';

/** How a picture is made: whatever JSON holds. */
export type PictureParameters = Readonly<Record<string, unknown>>;

export interface PictureFolderOptions {
  readonly folder: string;
  readonly count: number;
  /** Of each picture: what must be said of it so that it counts as made. */
  readonly parametersOf: (picture: number) => PictureParameters;
  /** `turbo-bench 0.1.0` */
  readonly software: string;
}

export interface PictureFolder {
  has(picture: number): boolean;
  /** Nothing when the picture is there. @param nonFiniteValues what its latents became that was no number */
  write(picture: number, image: RgbImage, nonFiniteValues: number): Promise<void>;
  /** @throws TurboError when the picture is not there, or not any more */
  read(picture: number): Promise<RgbImage>;
  /** Of all pictures that are there. */
  nonFiniteValues(): number;
  /** How many are there. */
  size(): number;
  /** What `keepTiming` kept in this or an earlier run; undefined for none. */
  timing(): Promise<unknown>;
  keepTiming(timing: unknown): Promise<void>;
}

/** The folder of all pictures in that of the report; each trial has its own in it. */
export const PICTURES = 'pictures';

const TIMING = 'timing.json';
const NON_FINITE = 'nonFiniteValues';

/** Looks at what an earlier run left. @throws TurboError when the folder cannot be made */
export async function openPictureFolder(options: PictureFolderOptions): Promise<PictureFolder> {
  const { folder, count, parametersOf, software } = options;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw diskError('Cannot write pictures', folder, cause);
  }
  const fileOf = (picture: number): string => join(folder, `${picture}.png`);
  /** Values that were no number, by picture. */
  const present = new Map<number, number>();
  for (let picture = 0; picture < count; picture++) {
    const found = await readDescribedPng(fileOf(picture));
    const { [NON_FINITE]: nonFinite = 0, ...parameters } = asRecord(found?.description);
    if (canonicalJson(parameters) === canonicalJson(parametersOf(picture)))
      present.set(picture, Number(nonFinite));
  }
  return {
    has: (picture) => present.has(picture),
    async write(picture, image, nonFiniteValues) {
      if (present.has(picture)) return;
      const description = {
        ...parametersOf(picture),
        ...(nonFiniteValues === 0 ? {} : { [NON_FINITE]: nonFiniteValues }),
      };
      const png = await describedPng(image, description, software);
      await writeCompleteFile(fileOf(picture), [png], 'Cannot write a picture');
      present.set(picture, nonFiniteValues);
    },
    async read(picture) {
      const found = present.has(picture) ? await readDescribedPng(fileOf(picture)) : undefined;
      if (found !== undefined) return found.image;
      throw new TurboError('A picture that was made is not there any more', {
        where: fileOf(picture),
        next: 'Run the same command again: it makes what is missing.',
      });
    },
    nonFiniteValues: () => [...present.values()].reduce((sum, values) => sum + values, 0),
    size: () => present.size,
    async timing() {
      try {
        return JSON.parse(await readFile(join(folder, TIMING), 'utf8')) as unknown;
      } catch (thrown) {
        if (thrown instanceof SyntaxError || systemCode(thrown) === 'ENOENT') return undefined;
        throw thrown;
      }
    },
    keepTiming: (timing) =>
      writeCompleteFile(
        join(folder, TIMING),
        [Buffer.from(`${JSON.stringify(timing)}\n`)],
        'Cannot write how long the pictures took',
      ),
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

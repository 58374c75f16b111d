/** What every reader of a format is given and may complain about. */

import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { DatasetContent } from './dataset.js';
import type { LocatedManifest } from './manifest.js';

/** Reads one split. It lists samples; pictures in files of their own are decoded later. */
export type DatasetReader = (
  root: string,
  split: string,
  located: LocatedManifest,
) => Promise<DatasetContent>;

/** The root exists, yet what the format needs is not in it. */
export class LayoutMismatch extends Error {}

/** A split that the data does not have. */
export function noSplit(name: string, split: string, root: string, found: readonly string[]): TurboError {
  return new TurboError(`the dataset ${name} has no split ${split}`, {
    where: root,
    value: split,
    allowed: oneOf(split, found),
  });
}

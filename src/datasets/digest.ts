/**
 * A cheap fingerprint of what a dataset holds, part of a trial's key.
 *
 * It covers names, labels, class names, templates and captions of all samples, and of the pictures: the manifest's checksum
 * where it has one; else the size of each file; the bytes themselves where a reader has them anyway. A picture replaced
 * by another of equal length under the same name is not noticed.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { TurboError } from '../errors/turbo-error.js';
import type { DatasetContent, ImageSource } from './dataset.js';

/** @returns sha256, hexadecimal */
export async function datasetDigest(content: DatasetContent, checksum: string | undefined): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([1, content.kind, checksum ?? null]));
  const entries = content.kind === 'classification' ? content.samples : content.images;
  for (const [index, { id, image }] of entries.entries()) {
    hash.update(JSON.stringify([id, checksum === undefined ? await pictureMark(image) : null]));
    if (content.kind === 'classification') hash.update(String(content.samples[index]!.label));
  }
  hash.update(
    JSON.stringify(
      content.kind === 'classification' ? [content.classes, content.templates] : content.captions,
    ),
  );
  return hash.digest('hex');
}

async function pictureMark(image: ImageSource): Promise<string | number> {
  if (image.kind === 'pixels') return createHash('sha256').update(image.data).digest('hex');
  try {
    return (await stat(image.path)).size;
  } catch (cause) {
    throw new TurboError(`the dataset lists ${image.path}, which does not exist`, {
      where: image.path,
      cause,
    });
  }
}

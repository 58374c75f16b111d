/**
 * A cheap fingerprint of what a dataset holds, part of a trial's key.
 *
 * It covers names, labels, class names, templates, captions, questions, answers, sentences and prompts of all samples, and of the pictures: the manifest's checksum
 * where it has one; else the size of each file; the bytes themselves where a reader has them anyway. A picture replaced
 * by another of equal length under the same name is not noticed.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { TurboError } from '../errors/turbo-error.js';
import type { DatasetContent, ImageSource } from './dataset.js';
import { picturesOf } from './samples.js';

/** @returns sha256, hexadecimal */
export async function datasetDigest(content: DatasetContent, checksum: string | undefined): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([1, content.kind, checksum ?? null]));
  for (const [index, { id, image, group }] of picturesOf(content).entries()) {
    const mark = checksum === undefined ? await pictureMark(image) : null;
    hash.update(JSON.stringify(group === undefined ? [id, mark] : [id, mark, group]));
    if (content.kind === 'classification') hash.update(String(content.samples[index]!.label));
  }
  for (const text of texts(content)) hash.update(JSON.stringify(text));
  return hash.digest('hex');
}

/** All that is no picture, in pieces that JSON can hold. */
function texts(content: DatasetContent): readonly unknown[] {
  switch (content.kind) {
    case 'classification':
      return [[content.classes, content.templates]];
    case 'image-text':
      return [content.captions];
    case 'question-answering':
      return [...content.questions, content.answerList ?? null];
    case 'image-pairs':
      return content.pairs.map(({ sentence, label }) => [sentence, label]);
    case 'prompts':
      return [[content.classes, content.templates], ...content.prompts];
  }
}

async function pictureMark(image: ImageSource): Promise<string | number> {
  if (image.kind === 'pixels') return createHash('sha256').update(image.data).digest('hex');
  try {
    return (await stat(image.path)).size;
  } catch (cause) {
    throw new TurboError(`the dataset lists ${image.path}, which does not exist`, {
      where: image.path,
      next: 'obtain the picture, or annotations that fit the pictures',
      cause,
    });
  }
}

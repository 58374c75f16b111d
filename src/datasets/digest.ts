/**
 * A cheap fingerprint of what a dataset holds, part of a trial's key.
 *
 * It covers the samples that are used, as they were read from the annotation files: names, labels, groups, class names, templates,
 * captions, questions, answers, sentences and prompts. What an annotation file says besides, or of other samples, changes no result and
 * does not count. Of the pictures it covers the bytes, or where they come to more than 64 MiB together, the size of each: then, and only
 * then, a picture replaced by another of equal length under the same name is not noticed. The manifest's `checksum` is not part of it:
 * nothing here holds the files to it.
 */
import { createHash } from 'node:crypto';
import type { DatasetContent } from './dataset.js';
import { pictureMarks, requireFiles } from './picture-marks.js';
import { picturesOf } from './samples.js';

/** Of this fingerprint and of the decoding of pictures. Raise it where either gives something else, and old results are measured again. */
const VERSION = 2;

/** @returns sha256, hexadecimal @throws TurboError for a picture that is not there */
export async function datasetDigest(content: DatasetContent): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, content.kind]));
  const pictures = picturesOf(content);
  const marks = await pictureMarks(pictures.map(({ image }) => image));
  for (const [index, { id, group }] of pictures.entries()) {
    const mark = marks[index];
    hash.update(JSON.stringify(group === undefined ? [id, mark] : [id, mark, group]));
    if (content.kind === 'classification') hash.update(String(content.samples[index]!.label));
  }
  for (const text of texts(content)) hash.update(JSON.stringify(text));
  return hash.digest('hex');
}

/** Looks at the names of the pictures and at nothing in them. @throws TurboError for a picture that is not there */
export async function requirePictures(content: DatasetContent): Promise<void> {
  await requireFiles(picturesOf(content).map(({ image }) => image));
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

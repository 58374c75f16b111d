/**
 * VQAv2: a file of questions, a file of annotations with ten human answers to each, and COCO's pictures by their ids; or the
 * same files under plain names (`questions_<split>.json`, …) beside a file that maps ids to pictures.
 *
 * Source: Goyal et al., "Making the V in VQA Matter", CVPR 2017; formats: https://visualqa.org/download.html. The list of
 * candidate answers is BLIP's `answer_list.json` (Li et al., ICML 2022; `data/vqa_dataset.py` of its repository).
 */
import { join } from 'node:path';
import { z } from 'zod';
import { refuseBlank, refuseEntries, refuseRepeated } from './annotation-checks.js';
import { findFile, readAnnotations } from './annotation-file.js';
import type { QuestionAnsweringContent } from './dataset.js';
import { imagePaths, imageRootOf } from './image-files.js';
import type { LocatedManifest } from './manifest.js';
import { LayoutMismatch } from './reader.js';
import { AnnotationId, questionAnswers } from './vqa-annotations.js';
import { ANNOTATION_FOLDERS, type VqaFiles, vqaFiles } from './vqa-files.js';

const QuestionFile = z.object({
  /** `val2014`: the part of COCO that the pictures are from; names a folder, and so may hold no separator. */
  data_subtype: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  questions: z.array(z.object({ question_id: AnnotationId, image_id: AnnotationId, question: z.string() })),
});
type QuestionFile = z.infer<typeof QuestionFile>;
const ImageFile = z.object({ images: z.array(z.object({ id: AnnotationId, file_name: z.string().min(1) })) });
const AnswerList = z.array(z.string().min(1)).min(1);

export async function readVqaV2(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<QuestionAnsweringContent> {
  const files = vqaFiles(root, split, located.manifest.name);
  const asked = (await readAnnotations(files.questions, QuestionFile))!;
  const { questions } = asked;
  refuseRepeated(
    'question',
    questions.map(({ question_id }) => question_id),
    files.questions,
  );
  refuseBlank(
    'the text of question',
    questions.map(({ question_id, question }) => [question_id, question]),
    files.questions,
  );
  const answers = await questionAnswers(files, split, questions);
  const ids = [...new Set(questions.map(({ image_id }) => image_id))];
  const place = new Map(ids.map((id, index) => [id, index]));
  const names = await pictureNames(root, files, split, asked, ids);
  const subset = asked.data_subtype ?? split;
  const folders = [subset, join('images', subset), 'images', split, join('images', split), '.'];
  const paths = imagePaths(imageRootOf(located, root), folders, names);
  const answerList = await readAnswerList(root);
  return {
    kind: 'question-answering',
    images: names.map((id, index) => ({ id, image: { kind: 'file', path: paths[index]! } })),
    questions: questions.map(({ question_id, image_id, question }) => ({
      id: question_id,
      text: question.trim(),
      image: place.get(image_id)!,
      ...answers.get(question_id)!,
    })),
    ...(answerList !== undefined && { answerList }),
  };
}

/** File names of the pictures `ids`: from `images_<split>.json`, else as COCO names the pictures of VQAv2. */
async function pictureNames(
  root: string,
  files: VqaFiles,
  split: string,
  { data_subtype }: QuestionFile,
  ids: readonly string[],
): Promise<string[]> {
  const path = findFile(root, ANNOTATION_FOLDERS, [`images_${split}.json`]);
  if (path === undefined) return cocoNames(data_subtype ?? files.subset, split, ids, files.questions);
  const { images } = (await readAnnotations(path, ImageFile))!;
  refuseRepeated(
    'picture',
    images.map(({ id }) => id),
    path,
  );
  refuseRepeated(
    'file',
    images.map(({ file_name }) => file_name),
    path,
  );
  const nameOf = new Map(images.map(({ id, file_name }) => [id, file_name]));
  refuseEntries(
    ids.filter((id) => !nameOf.has(id)),
    (id) => `a question is about a picture ${id} that the file does not list`,
    path,
    'every image_id of the questions',
  );
  return ids.map((id) => nameOf.get(id)!);
}

/** COCO's name of a picture: `COCO_val2014_000000262148.jpg`. */
function cocoNames(
  subset: string | undefined,
  split: string,
  ids: readonly string[],
  where: string,
): string[] {
  if (subset === undefined)
    throw new LayoutMismatch(`nothing says which file a picture is: there is no images_${split}.json`);
  refuseEntries(
    ids.filter((id) => !/^\d{1,12}$/.test(id)),
    (id) => `${id} is not the number of a picture of COCO`,
    where,
    `a number of at most 12 digits; other pictures need images_${split}.json`,
  );
  return ids.map((id) => `COCO_${subset}_${id.padStart(12, '0')}.jpg`);
}

async function readAnswerList(root: string): Promise<readonly string[] | undefined> {
  const path = findFile(root, ANNOTATION_FOLDERS, ['answer_list.json']);
  if (path === undefined) return undefined;
  const answers = (await readAnnotations(path, AnswerList))!;
  refuseRepeated('answer', answers, path);
  return answers;
}

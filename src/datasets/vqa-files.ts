/** Which files hold the questions and the annotations of a split of VQAv2, under the official names or plain ones. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFile } from './annotation-file.js';
import { LayoutMismatch, noSplit } from './reader.js';

/** Where files of questions, annotations, pictures and answers may lie, relative to the root. */
export const ANNOTATION_FOLDERS = ['.', 'annotations', 'questions'];

/** The year of COCO's release stands in the official names: `val` is `val2014`, `test-dev` is `test-dev2015`. */
const YEARS = ['', '2014', '2015'];

export interface VqaFiles {
  readonly questions: string;
  /** Undefined where the split has questions without answers. */
  readonly annotations: string | undefined;
  /** Name of the annotation file that belongs to the questions. */
  readonly annotationName: string;
  /** `val2014`; undefined for plain names. */
  readonly subset: string | undefined;
}

/** Finds the files of `split`. */
export function vqaFiles(root: string, split: string, name: string): VqaFiles {
  const named = [
    {
      questionName: `questions_${split}.json`,
      annotationName: `annotations_${split}.json`,
      subset: undefined,
    },
    ...YEARS.map((year) => ({
      questionName: `v2_OpenEnded_mscoco_${split}${year}_questions.json`,
      annotationName: `v2_mscoco_${split}${year}_annotations.json`,
      subset: `${split}${year}`,
    })),
  ];
  for (const { questionName, annotationName, subset } of named) {
    const questions = findFile(root, ANNOTATION_FOLDERS, [questionName]);
    if (questions === undefined) continue;
    const annotations = findFile(root, ANNOTATION_FOLDERS, [annotationName]);
    return { questions, annotations, annotationName, subset };
  }
  const splits = questionSplits(root);
  if (splits.length > 0) throw noSplit(name, split, root, splits);
  const [plain, , official] = named;
  throw new LayoutMismatch(
    `there is neither ${plain!.questionName} nor ${official!.questionName} in ${root}`,
  );
}

function questionSplits(root: string): string[] {
  const folders = ANNOTATION_FOLDERS.map((folder) => join(root, folder)).filter((folder) =>
    existsSync(folder),
  );
  const files = folders.flatMap((folder) => readdirSync(folder));
  const patterns = [/^questions_(.+)\.json$/, /^v2_OpenEnded_mscoco_(.+)_questions\.json$/];
  return [
    ...new Set(files.flatMap((file) => patterns.flatMap((pattern) => pattern.exec(file)?.[1] ?? []))),
  ].sort();
}

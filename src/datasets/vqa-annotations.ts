/**
 * The human answers of VQAv2's annotation file, each held against its question.
 *
 * Source: "Annotation Format" of https://visualqa.org/download.html.
 */
import { z } from 'zod';
import { TurboError } from '../errors/turbo-error.js';
import { refuseEntries, refuseRepeated } from './annotation-checks.js';
import { readAnnotations } from './annotation-file.js';
import type { Question } from './dataset.js';
import type { VqaFiles } from './vqa-files.js';

/** Of a question or a picture: a number in VQAv2; a text will do as well. */
export const AnnotationId = z.union([z.int(), z.string().min(1)]).transform(String);

const AnnotationFile = z.object({
  annotations: z.array(
    z.object({
      question_id: AnnotationId,
      image_id: AnnotationId,
      question_type: z.string().optional(),
      answer_type: z.string().optional(),
      answers: z.array(z.object({ answer: z.string() })).min(1),
    }),
  ),
});

/** What people answered, and of what type question and answer are. */
export type Answers = Pick<Question, 'answers' | 'answerType' | 'questionType'>;

/** The answers to every one of `questions`, by question id; questions and annotations must cover each other. */
export async function questionAnswers(
  files: VqaFiles,
  split: string,
  questions: readonly { readonly question_id: string; readonly image_id: string }[],
): Promise<Map<string, Answers>> {
  const path = files.annotations;
  if (path === undefined) throw unanswered(files, split);
  const { annotations } = (await readAnnotations(path, AnnotationFile))!;
  const ids = annotations.map(({ question_id }) => question_id);
  refuseRepeated('annotation of question', ids, path);
  const imageOf = new Map(questions.map(({ question_id, image_id }) => [question_id, image_id]));
  const answered = new Set(ids);
  refuseEntries(
    [...imageOf.keys()].filter((id) => !answered.has(id)),
    (id) => `the question ${id} has no annotation`,
    path,
    `an annotation for every question of ${files.questions}`,
  );
  refuseEntries(
    ids.filter((id) => !imageOf.has(id)),
    (id) => `an annotation answers the question ${id}, which is not asked`,
    path,
    `annotations of the questions of ${files.questions}`,
  );
  refuseEntries(
    annotations
      .filter(({ question_id, image_id }) => imageOf.get(question_id) !== image_id)
      .map(({ question_id }) => question_id),
    (id) => `question and annotation ${id} are about different pictures`,
    path,
    'the same image_id in both files',
  );
  return new Map(
    annotations.map(({ question_id, answers, answer_type, question_type }) => [
      question_id,
      {
        answers: answers.map(({ answer }) => answer),
        ...(answer_type !== undefined && { answerType: answer_type }),
        ...(question_type !== undefined && { questionType: question_type }),
      },
    ]),
  );
}

function unanswered({ questions, annotationName }: VqaFiles, split: string): TurboError {
  return new TurboError(`the split ${split} has questions but no answers, so that nothing could be scored`, {
    where: questions,
    value: split,
    allowed: `${annotationName} beside it`,
    next: 'use split: val; the answers of test and test-dev are held by the evaluation server of visualqa.org',
  });
}

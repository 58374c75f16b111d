/**
 * `datasets/emoji-vqa`: questions about the pictures of emoji-scenes, in the files of VQA v2.
 *
 * Source: https://visualqa.org/download.html, formats of questions and annotations; `answer_list.json` is what BLIP
 * ranks (https://github.com/salesforce/BLIP).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../src/random/seeded.js';
import { type CommittedScene, committedScenes } from './committed-scenes.js';
import { factsOf } from './facts.js';
import { writeArray, writeLines } from './lines.js';
import { writeWordManifest } from './manifest.js';
import { type AnnotatorAnswer, annotate } from './questions/annotators.js';
import { answerList } from './questions/answers.js';
import { ask } from './questions/ask.js';
import { answerType, type Question } from './questions/question.js';
import { newTally } from './questions/tally.js';
import { sceneSplits, seed } from './splits.js';
import type { SpriteKey } from './sprites.js';

/** How many questions a scene of each split gets. */
export const questionsPerScene: Readonly<Record<string, number>> = { val: 2, test: 3 };

/** A question of the dataset with its number and the answers of ten people. */
export interface CommittedQuestion extends Question {
  readonly id: number;
  readonly image: number;
  readonly answers: readonly AnnotatorAnswer[];
}

/** The questions about the scenes of one split, which come in order; later scenes change nothing for earlier ones. */
export function questionsAbout(scenes: readonly CommittedScene[]): CommittedQuestion[] {
  const tally = newTally();
  return scenes.flatMap((scene) => {
    const facts = factsOf(scene, scene.ground);
    const random = seededRandom(seed, 'questions', scene.split, scene.id);
    return ask(random, facts, questionsPerScene[scene.split]!, tally).map((question, index) => ({
      ...question,
      id: 1000 * scene.id + index,
      image: scene.id,
      answers: annotate(random, facts, question),
    }));
  });
}

export async function writeVqa(folder: string, keys: readonly SpriteKey[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const samples: Record<string, number> = {};
  for (const split of sceneSplits) {
    const scenes = committedScenes(split, keys);
    const questions = questionsAbout(scenes);
    samples[split.name] = questions.length;
    const head = {
      info: { description: 'EmojiVQA', version: '1', url: 'datasets/emoji-vqa/manifest.yaml' },
      data_type: 'emoji-scenes',
      data_subtype: split.name,
      license: { name: 'see manifest.yaml', url: 'datasets/emoji-vqa/manifest.yaml' },
    };
    await writeLines(join(folder, `questions_${split.name}.json`), {
      ...head,
      task_type: 'Open-Ended',
      questions: questions.map(({ id, image, question }) => ({ question_id: id, image_id: image, question })),
    });
    await writeLines(join(folder, `annotations_${split.name}.json`), {
      ...head,
      annotations: questions.map(annotation),
    });
    await writeLines(join(folder, `images_${split.name}.json`), {
      images: scenes.map(({ id, filename }) => ({ id, file_name: filename })),
    });
  }
  await writeArray(join(folder, 'answer_list.json'), answerList);
  await writeWordManifest(folder, {
    name: 'emoji-vqa',
    title: 'EmojiVQA: questions about the pictures of EmojiScenes with ten answers each',
    format: 'vqa-v2',
    samples,
    layout: {
      'questions_<split>.json': 'questions in the format of VQA v2',
      'annotations_<split>.json': 'ten answers to each in the format of VQA v2',
      'images_<split>.json': 'which picture an image_id is',
      'answer_list.json': 'every answer that can be true, for models that rank answers',
    },
  });
}

function annotation(question: CommittedQuestion): Record<string, unknown> {
  return {
    question_id: question.id,
    image_id: question.image,
    question_type: question.type,
    answer_type: answerType(question),
    multiple_choice_answer: question.answer,
    answers: question.answers,
  };
}

/**
 * Questions about every training scene, and statements about pairs of them, for the trainer. Pictures and scene
 * descriptions are not touched.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../src/random/seeded.js';
import { type Facts, factsOf } from './facts.js';
import { materialOf } from './layout.js';
import { writeJsonLines } from './lines.js';
import { ask } from './questions/ask.js';
import type { QuestionType } from './questions/question.js';
import { newTally } from './questions/tally.js';
import { allows, seed } from './splits.js';
import type { SpriteKey } from './sprites.js';
import { contrast } from './statements/contrast.js';
import { type Numbered, poolOf } from './statements/pool.js';
import { nameTextures } from './textures.js';
import { trainingScene, trainingScenes, trainingTextures } from './write-training-data.js';

const trainingPairs = 150_000;
const questionsPerScene = 4;

/** What a line of `questions.train.jsonl` holds. */
export interface TrainingQuestions {
  /** Number of the scene. */
  readonly id: number;
  readonly questions: readonly {
    readonly question: string;
    readonly answer: string;
    readonly type: QuestionType;
  }[];
}

/** What a line of `pairs.train.jsonl` holds: numbers of the left and the right scene. */
export interface TrainingPair {
  readonly a: number;
  readonly b: number;
  readonly sentence: string;
  readonly label: boolean;
}

export async function writeTrainingWords(folder: string, keys: readonly SpriteKey[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const scenes = trainingFacts(keys, trainingScenes);
  await writeJsonLines(join(folder, 'questions.train.jsonl'), trainingQuestions(scenes));
  await writeJsonLines(join(folder, 'pairs.train.jsonl'), trainingStatements(scenes, trainingPairs));
}

/** What is to be seen in the first `count` training scenes. */
export function trainingFacts(keys: readonly SpriteKey[], count: number): Numbered[] {
  const material = materialOf(keys, trainingTextures, (style) => allows({ heldOut: false }, style));
  const textures = nameTextures(seed, 'train', trainingTextures);
  return Array.from({ length: count }, (_, id) => {
    const scene = trainingScene(id, material, textures);
    const facts: Facts = factsOf(scene, textures[scene.background.texture]!);
    return { id, facts };
  });
}

/** Four questions a scene, scene by scene. */
export function* trainingQuestions(scenes: readonly Numbered[]): Generator<TrainingQuestions> {
  const tally = newTally();
  for (const { id, facts } of scenes) {
    const random = seededRandom(seed, 'questions', 'train', id);
    const questions = ask(random, facts, questionsPerScene, tally);
    yield { id, questions: questions.map(({ question, answer, type }) => ({ question, answer, type })) };
  }
}

/** Pairs of scenes, two for each sentence: once true, once false. */
export function* trainingStatements(scenes: readonly Numbered[], count: number): Generator<TrainingPair> {
  const pool = poolOf(scenes);
  for (let set = 0; set < count / 2; set++) {
    const { sentence, whereTrue, whereFalse } = contrast('train', set, pool);
    for (const [label, [left, right]] of [
      [true, whereTrue],
      [false, whereFalse],
    ] as const) {
      yield { a: left.id, b: right.id, sentence, label };
    }
  }
}

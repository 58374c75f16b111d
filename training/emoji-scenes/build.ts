/**
 * Writes what the trainers of the embedded models read, and the committed test and validation data.
 *
 *   npx tsx training/emoji-scenes/build.ts                 everything
 *   npx tsx training/emoji-scenes/build.ts train           only training/build/
 *   npx tsx training/emoji-scenes/build.ts data            only datasets/
 *   npx tsx training/emoji-scenes/build.ts questions       only questions and pairs, in both; no scene, no picture
 */
import { parseArgs } from 'node:util';
import { findIcons } from './sprites.js';
import { writeNlvr } from './write-nlvr.js';
import { writeObjects } from './write-objects.js';
import { writeScenes } from './write-scenes.js';
import { spritesIn, writeTrainingData } from './write-training-data.js';
import { writeTrainingWords } from './write-training-words.js';
import { writeVqa } from './write-vqa.js';

const folder = 'training/build';

const { positionals } = parseArgs({ allowPositionals: true });
const parts = positionals.length === 0 ? ['train', 'data'] : positionals;
const includes = (...names: string[]): boolean => names.some((name) => parts.includes(name));
if (includes('train')) await writeTrainingData(folder);
if (includes('data')) {
  const sprites = await spritesIn(folder);
  await writeScenes('datasets/emoji-scenes', sprites);
  await writeObjects('datasets/emoji-objects', sprites);
}
if (includes('data', 'questions')) {
  await writeVqa('datasets/emoji-vqa', findIcons());
  await writeNlvr('datasets/emoji-nlvr', findIcons());
}
if (includes('train', 'questions')) await writeTrainingWords(folder, findIcons());

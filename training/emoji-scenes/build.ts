/**
 * Writes what the trainer of the embedded CLIP reads, and the committed test and validation data.
 *
 *   npx tsx training/emoji-scenes/build.ts                 everything
 *   npx tsx training/emoji-scenes/build.ts train           only training/build/
 *   npx tsx training/emoji-scenes/build.ts data            only datasets/
 */
import { parseArgs } from 'node:util';
import { writeObjects } from './write-objects.js';
import { writeScenes } from './write-scenes.js';
import { spritesIn, writeTrainingData } from './write-training-data.js';

const folder = 'training/build';

const { positionals } = parseArgs({ allowPositionals: true });
const parts = positionals.length === 0 ? ['train', 'data'] : positionals;
if (parts.includes('train')) await writeTrainingData(folder);
if (parts.includes('data')) {
  const sprites = await spritesIn(folder);
  await writeScenes('datasets/emoji-scenes', sprites);
  await writeObjects('datasets/emoji-objects', sprites);
}

/**
 * Writes what the trainer of the embedded CLIP reads, and the committed test and validation data.
 *
 *   npx tsx training/emoji-scenes/build.ts                 everything
 *   npx tsx training/emoji-scenes/build.ts train           only training/build/
 *   npx tsx training/emoji-scenes/build.ts data            only datasets/ (needs the sprites of an earlier `train`)
 */
import { parseArgs } from 'node:util';
import { writeTrainingData } from './write-training-data.js';

const { positionals } = parseArgs({ allowPositionals: true });
const parts = positionals.length === 0 ? ['train', 'data'] : positionals;
if (parts.includes('train')) await writeTrainingData('training/build');

/**
 * `datasets/emoji-objects`: pictures of one thing among distractors, in the folder layout of ImageNet.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAttribution } from './attribution.js';
import { templates } from './captions.js';
import { classes } from './concepts.js';
import { materialOf } from './layout.js';
import { writeManifest } from './manifest.js';
import { writePictures } from './pictures.js';
import { allows, objectScenes, objectSplits, seed } from './splits.js';
import type { SpriteSheet } from './sprites.js';
import { makeTextures } from './textures.js';

/** Draws all splits; class folders carry the concept's id, `classes.json` gives order and names. */
export async function writeObjects(folder: string, sprites: SpriteSheet): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const split of objectSplits) {
    await rm(join(folder, split.name), { recursive: true, force: true });
    const textures = makeTextures(seed, `objects ${split.name}`, split.textures);
    const material = materialOf(sprites.keys, split.textures, (style) => allows(split, style));
    await writePictures(objectScenes(split, material, textures.names), sprites, textures, ({ id }) => {
      const { id: name } = classes[id % classes.length]!;
      const number = String(Math.floor(id / classes.length)).padStart(2, '0');
      return join(folder, split.name, name, `${name}_${number}.webp`);
    });
  }
  const names = classes.map(({ id, name, group }) => JSON.stringify({ id, name, group }));
  await writeFile(join(folder, 'classes.json'), `[\n${names.join(',\n')}\n]\n`);
  await writeFile(join(folder, 'templates.json'), `${JSON.stringify(templates, null, 2)}\n`);
  await writeAttribution(folder);
  await writeManifest(folder, {
    name: 'emoji-objects',
    title: 'EmojiObjects: one object among distractors on a textured background',
    format: 'image-folder',
    splits: objectSplits,
    classes: classes.length,
    layout: {
      '<split>/<class id>/<class id>_<number>.webp': 'the pictures',
      'classes.json': 'the classes in order: folder (id), name for prompts, group',
      'templates.json': 'zero-shot prompts, {} standing for the name',
    },
  });
}

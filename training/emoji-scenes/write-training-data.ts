/**
 * Sprites, textures and scene descriptions for the trainer, which composes the pictures itself (see README.md).
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../src/random/seeded.js';
import { captionScene, captionSingle } from './captions.js';
import { classes, concepts } from './concepts.js';
import { layOutScene, layOutSingle, type Material, materialOf } from './layout.js';
import { writeJsonLines } from './lines.js';
import type { Scene } from './scene.js';
import { allows, seed } from './splits.js';
import { findIcons, renderSprites, type SpriteKey, type SpriteSheet, spriteSide } from './sprites.js';
import { heldOutStyle, styles } from './styles.js';
import { makeTextures, type TextureName, textureSide } from './textures.js';

export const trainingTextures = 576;
export const trainingScenes = 150_000;
/** The share of pictures with one object, captioned with zero-shot prompts. */
const singleShare = 0.35;

/** Writes sprites, then textures, then scenes into `folder`. */
export async function writeTrainingData(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sprites = await spritesIn(folder);
  const textures = makeTextures(seed, 'train', trainingTextures);
  await writeFile(join(folder, 'textures.rgb'), textures.rgb);
  await writeJson(join(folder, 'textures.json'), { size: textureSide, textures: textures.names });
  const material = materialOf(sprites.keys, trainingTextures, (style) => allows({ heldOut: false }, style));
  const scenes = function* (): Generator<Scene> {
    for (let id = 0; id < trainingScenes; id++) yield trainingScene(id, material, textures.names);
  };
  await writeJsonLines(join(folder, 'scenes.train.jsonl'), scenes());
}

/** Scene `id` of the training split; it depends on nothing but its id. */
export function trainingScene(id: number, material: Material, textures: readonly TextureName[]): Scene {
  const random = seededRandom(seed, 'train', id);
  const single = random.chance(singleShare);
  const layout = single
    ? layOutSingle(random, material, random.integer(classes.length))
    : layOutScene(random, material);
  const ground = textures[layout.background.texture]!;
  const captions = (single ? captionSingle : captionScene)(random, layout, ground);
  return { id, ...layout, captions };
}

/** The sprites written by an earlier run for the same concepts, or new ones (about a minute). */
export async function spritesIn(folder: string): Promise<SpriteSheet> {
  const description = {
    size: spriteSide,
    styles: styles.map((style) => style.id),
    heldOutStyle: styles[heldOutStyle]!.id,
    concepts: concepts.map(({ id, name, plural, group }, index) => {
      return { id, name, plural, group, class: index < classes.length ? index : null };
    }),
  };
  const jsonPath = join(folder, 'sprites.json');
  const rgbaPath = join(folder, 'sprites.rgba');
  if (existsSync(jsonPath) && existsSync(rgbaPath)) {
    const earlier = JSON.parse(readFileSync(jsonPath, 'utf8')) as typeof description & {
      sprites: SpriteKey[];
    };
    const sameArt =
      earlier.styles.join() === description.styles.join() &&
      earlier.concepts.map(({ id }) => id).join() === concepts.map(({ id }) => id).join();
    if (sameArt) {
      await writeJson(jsonPath, { ...description, sprites: earlier.sprites });
      return { keys: earlier.sprites, rgba: readFileSync(rgbaPath) };
    }
  }
  const sheet = await renderSprites(findIcons());
  await writeFile(rgbaPath, sheet.rgba);
  await writeJson(jsonPath, { ...description, sprites: sheet.keys });
  return sheet;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value)}\n`);
}

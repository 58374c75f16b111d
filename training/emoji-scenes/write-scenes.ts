/**
 * `datasets/emoji-scenes`: pictures with five captions each, in the layout of COCO captions and of Karpathy's split.
 *
 * Sources: COCO caption annotations (Chen et al., arXiv 1504.00325, https://cocodataset.org/#format-data);
 * `dataset_coco.json` of Karpathy and Fei-Fei (CVPR 2015).
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAttribution } from './attribution.js';
import { concepts } from './concepts.js';
import { materialOf } from './layout.js';
import { writeManifest } from './manifest.js';
import { writePictures } from './pictures.js';
import type { Scene } from './scene.js';
import { allows, pictureSide, retrievalScenes, sceneSplits, seed } from './splits.js';
import type { SpriteSheet } from './sprites.js';
import { styles } from './styles.js';
import { makeTextures, type TextureName } from './textures.js';

/** A scene with the number and file it has in the dataset. */
interface CommittedScene extends Scene {
  readonly split: string;
  readonly filename: string;
  readonly ground: TextureName;
}

/** Draws and describes all splits. */
export async function writeScenes(folder: string, sprites: SpriteSheet): Promise<void> {
  await rm(join(folder, 'images'), { recursive: true, force: true });
  await mkdir(join(folder, 'annotations'), { recursive: true });
  const all: CommittedScene[] = [];
  for (const split of sceneSplits) {
    const textures = makeTextures(seed, `scenes ${split.name}`, split.textures);
    const material = materialOf(sprites.keys, split.textures, (style) => allows(split, style));
    const scenes = retrievalScenes(split, material, textures.names).map((scene) => ({
      ...scene,
      id: all.length + scene.id,
      split: split.name,
      filename: `${split.name}_${String(scene.id).padStart(6, '0')}.webp`,
      ground: textures.names[scene.background.texture]!,
    }));
    await writePictures(scenes, sprites, textures, (scene) =>
      join(folder, 'images', scenes[scene.id - all.length]!.filename),
    );
    await writeLines(join(folder, 'annotations', `captions_${split.name}.json`), cocoCaptions(scenes));
    all.push(...scenes);
  }
  await writeLines(join(folder, 'dataset_emoji_scenes.json'), karpathySplit(all));
  await writeLines(join(folder, 'scenes.json'), descriptions(all));
  await writeAttribution(folder);
  await writeManifest(folder, {
    name: 'emoji-scenes',
    title: 'EmojiScenes: pictures of one to five objects with five captions each',
    format: 'coco-captions',
    splits: sceneSplits,
    captionsPerImage: 5,
    layout: {
      'images/<split>_<number>.webp': 'the pictures',
      'dataset_emoji_scenes.json': "captions and splits in the format of Karpathy's dataset_coco.json",
      'annotations/captions_<split>.json': 'the same captions in the format of COCO',
      'scenes.json': 'what is in every picture and where, for questions, pairs and prompts',
    },
  });
}

/** COCO's caption annotations. */
function cocoCaptions(scenes: readonly CommittedScene[]): Record<string, unknown> {
  return {
    info: { description: 'EmojiScenes', version: '1', url: 'datasets/emoji-scenes/manifest.yaml' },
    images: scenes.map(({ id, filename }) => {
      return { id, file_name: filename, width: pictureSide, height: pictureSide };
    }),
    annotations: scenes.flatMap(({ id, captions }) =>
      captions.map((caption, index) => ({ id: id * captions.length + index, image_id: id, caption })),
    ),
  };
}

/** Karpathy's file: images with their split and tokenised sentences. */
function karpathySplit(scenes: readonly CommittedScene[]): Record<string, unknown> {
  return {
    dataset: 'emoji-scenes',
    images: scenes.map(({ id, split, filename, captions }) => ({
      filepath: 'images',
      filename,
      imgid: id,
      split,
      sentids: captions.map((_, index) => id * captions.length + index),
      sentences: captions.map((raw, index) => {
        const tokens = raw.toLowerCase().match(/[a-z0-9]+(?:-[a-z0-9]+)*/g) ?? [];
        return { tokens, raw, imgid: id, sentid: id * captions.length + index };
      }),
    })),
  };
}

/** Everything known of the pictures; concepts and styles by name. */
function descriptions(scenes: readonly CommittedScene[]): Record<string, unknown> {
  return {
    units: 'x, y (centre) and size are shares of the side, origin top left; rotation in degrees clockwise',
    concepts: Object.fromEntries(
      concepts.map(({ id, name, plural, group }) => [id, { name, plural, group }]),
    ),
    scenes: scenes.map(({ id, split, filename, ground, objects }) => ({
      id,
      split,
      filename,
      background: ground,
      objects: objects.map(({ concept, style, x, y, size, rotation, flip, distractor }) => {
        return {
          concept: concepts[concept]!.id,
          style: styles[style]!.id,
          x,
          y,
          size,
          rotation,
          flip,
          distractor,
        };
      }),
    })),
  };
}

/** JSON with one line per entry of its arrays: small, and readable in a diff. */
async function writeLines(path: string, value: Record<string, unknown>): Promise<void> {
  const fields = Object.entries(value).map(([key, field]) => {
    const text = Array.isArray(field)
      ? `[\n${field.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`
      : JSON.stringify(field);
    return `${JSON.stringify(key)}:${text}`;
  });
  await writeFile(path, `{${fields.join(',\n')}}\n`);
}

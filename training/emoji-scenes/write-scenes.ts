/**
 * `datasets/emoji-scenes`: pictures with five captions each, in the layout of COCO captions and of Karpathy's split.
 *
 * Sources: COCO caption annotations (Chen et al., arXiv 1504.00325, https://cocodataset.org/#format-data);
 * `dataset_coco.json` of Karpathy and Fei-Fei (CVPR 2015).
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAttribution } from './attribution.js';
import { type CommittedScene, committedScenes } from './committed-scenes.js';
import { concepts } from './concepts.js';
import { writeLines } from './lines.js';
import { writeManifest } from './manifest.js';
import { writePictures } from './pictures.js';
import { pictureSide, sceneSplits, seed } from './splits.js';
import type { SpriteSheet } from './sprites.js';
import { styles } from './styles.js';
import { makeTextures } from './textures.js';

/** Draws and describes all splits. */
export async function writeScenes(folder: string, sprites: SpriteSheet): Promise<void> {
  await rm(join(folder, 'images'), { recursive: true, force: true });
  await mkdir(join(folder, 'annotations'), { recursive: true });
  const all: CommittedScene[] = [];
  for (const split of sceneSplits) {
    const textures = makeTextures(seed, `scenes ${split.name}`, split.textures);
    const scenes = committedScenes(split, sprites.keys);
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

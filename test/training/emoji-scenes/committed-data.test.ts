import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { templates } from '../../../training/emoji-scenes/captions.js';
import { makeCompositor } from '../../../training/emoji-scenes/compose.js';
import { classes, concepts } from '../../../training/emoji-scenes/concepts.js';
import { materialOf } from '../../../training/emoji-scenes/layout.js';
import { picturesChecksum } from '../../../training/emoji-scenes/pictures.js';
import {
  allows,
  objectSplits,
  pictureSide,
  retrievalScenes,
  sceneSplits,
  seed,
} from '../../../training/emoji-scenes/splits.js';
import { findIcons, type Icon, renderSprites } from '../../../training/emoji-scenes/sprites.js';
import { heldOutStyle, styles } from '../../../training/emoji-scenes/styles.js';
import { drawTexture, nameTextures } from '../../../training/emoji-scenes/textures.js';
import { trainingScene } from '../../../training/emoji-scenes/write-training-data.js';

const datasets = join(dirname(fileURLToPath(import.meta.url)), '../../../datasets');
const scenesFolder = join(datasets, 'emoji-scenes');
const objectsFolder = join(datasets, 'emoji-objects');
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

let icons: Icon[];
beforeAll(() => {
  icons = findIcons();
});

describe('the icons', () => {
  it('show every class in the held-out style and in at least five others', () => {
    for (const concept of classes.keys()) {
      const own = icons.filter((icon) => icon.concept === concept).map((icon) => icon.style);
      expect(own, classes[concept]!.id).toContain(heldOutStyle);
      expect(own.length, classes[concept]!.id).toBeGreaterThanOrEqual(6);
    }
  });

  it('have ids and names that no other class has', () => {
    expect(classes.length).toBeGreaterThanOrEqual(120);
    expect(new Set(concepts.map(({ id }) => id)).size).toBe(concepts.length);
    expect(new Set(classes.flatMap(({ name }) => name)).size).toBe(classes.length);
  });
});

describe('the training scenes', () => {
  it('never use the held-out style', () => {
    const material = materialOf(icons, 576, (style) => allows({ heldOut: false }, style));
    const textures = nameTextures(seed, 'train', 576);
    for (let id = 0; id < 1000; id++) {
      for (const { style } of trainingScene(id, material, textures).objects)
        expect(style).not.toBe(heldOutStyle);
    }
  });
});

describe('datasets/emoji-scenes', () => {
  it('is what the generator makes of its seed', () => {
    const { scenes: committed } = readJson(join(scenesFolder, 'scenes.json'));
    const { images } = readJson(join(scenesFolder, 'dataset_emoji_scenes.json'));
    let offset = 0;
    for (const split of sceneSplits) {
      const material = materialOf(icons, split.textures, (style) => allows(split, style));
      const names = nameTextures(seed, `scenes ${split.name}`, split.textures);
      for (const scene of retrievalScenes(split, material, names)) {
        const entry = images[offset + scene.id];
        expect(entry.split).toBe(split.name);
        expect(entry.sentences.map(({ raw }: { raw: string }) => raw)).toEqual(scene.captions);
        expect(committed[offset + scene.id].objects).toEqual(
          scene.objects.map((object) => ({
            ...object,
            concept: concepts[object.concept]!.id,
            style: styles[object.style]!.id,
          })),
        );
      }
      offset += split.samples;
    }
    expect(images.length).toBe(offset);
  });

  it('draws its first test picture again', async () => {
    const split = { ...sceneSplits.find(({ name }) => name === 'test')!, samples: 1 };
    const material = materialOf(icons, split.textures, (style) => allows(split, style));
    const names = nameTextures(seed, `scenes ${split.name}`, split.textures);
    const [scene] = retrievalScenes(split, material, names);
    const used = icons.filter((icon) =>
      scene!.objects.some(({ concept, style }) => icon.concept === concept && icon.style === style),
    );
    const { texture } = scene!.background;
    const rgb = drawTexture(seed, `scenes ${split.name}`, texture, names[texture]!);
    const compositor = makeCompositor(await renderSprites(used), { names: [names[texture]!], rgb });
    const layout = { ...scene!, background: { ...scene!.background, texture: 0 } };
    const drawn = compositor.compose(layout, pictureSide);
    const stored = await sharp(join(scenesFolder, 'images/test_000000.webp')).raw().toBuffer();
    const error =
      drawn.reduce((sum, value, index) => sum + Math.abs(value - stored[index]!), 0) / drawn.length;
    expect(error).toBeLessThan(8);
  });

  it('gives COCO and Karpathy readers the same captions', () => {
    const { images } = readJson(join(scenesFolder, 'dataset_emoji_scenes.json'));
    for (const { name, samples } of sceneSplits) {
      const coco = readJson(join(scenesFolder, `annotations/captions_${name}.json`));
      expect(coco.images.length).toBe(samples);
      expect(coco.annotations.length).toBe(5 * samples);
      const byImage = new Map<number, string[]>();
      for (const { image_id: image, caption } of coco.annotations) {
        byImage.set(image, [...(byImage.get(image) ?? []), caption]);
      }
      for (const { id, file_name: filename } of coco.images) {
        expect(images[id].filename).toBe(filename);
        expect(images[id].sentences.map(({ raw }: { raw: string }) => raw)).toEqual(byImage.get(id));
        expect(existsSync(join(scenesFolder, 'images', filename))).toBe(true);
      }
    }
  });

  it('uses the held-out style in the test split and nowhere else', () => {
    const heldOut = styles[heldOutStyle]!.id;
    const { scenes } = readJson(join(scenesFolder, 'scenes.json'));
    const wrong = scenes.filter(({ split, objects }: { split: string; objects: { style: string }[] }) =>
      objects.some(({ style }) => (style === heldOut) !== (split === 'test')),
    );
    expect(wrong).toEqual([]);
  });

  it('has splits without a common scene, and no two scenes of a split with the same things', () => {
    const { scenes } = readJson(join(scenesFolder, 'scenes.json'));
    const contents = new Set<string>();
    for (const { split, objects } of scenes) {
      const things = objects.filter((object: { distractor: boolean }) => !object.distractor);
      contents.add(`${split} ${things.map(({ concept }: { concept: string }) => concept).sort()}`);
    }
    expect(contents.size).toBe(scenes.length);
    expect(new Set(scenes.map(({ filename }: { filename: string }) => filename)).size).toBe(scenes.length);
  });
});

describe('datasets/emoji-objects', () => {
  it('holds every class equally often in every split', () => {
    const listed = readJson(join(objectsFolder, 'classes.json'));
    expect(listed).toEqual(classes.map(({ id, name, group }) => ({ id, name, group })));
    expect(readJson(join(objectsFolder, 'templates.json'))).toEqual(templates);
    for (const { name, samples } of objectSplits) {
      expect(readdirSync(join(objectsFolder, name)).sort()).toEqual(classes.map(({ id }) => id).sort());
      for (const { id } of classes) {
        expect(readdirSync(join(objectsFolder, name, id)).length).toBe(samples / classes.length);
      }
    }
  });
});

describe.each(['emoji-scenes', 'emoji-objects'])('the manifest of %s', (name) => {
  const folder = join(datasets, name);
  const manifest = parse(readFileSync(join(folder, 'manifest.yaml'), 'utf8'));

  it('has the checksum of the pictures that are there', async () => {
    expect(await picturesChecksum(folder)).toBe(manifest.checksum.value);
  });

  it('names a licence and an attribution file for every style, none of them share-alike', () => {
    expect(manifest.licences.map(({ style }: { style: string }) => style)).toEqual(
      styles.map(({ id }) => id),
    );
    for (const { licence, file } of manifest.licences) {
      expect(['CC-BY-4.0', 'Apache-2.0', 'MIT']).toContain(licence);
      expect(readFileSync(join(folder, file), 'utf8')).toContain(licence);
    }
  });

  it('counts the samples of each split', () => {
    const expected = name === 'emoji-scenes' ? sceneSplits : objectSplits;
    const total = expected.reduce((sum, split) => sum + split.samples, 0);
    expect(files(folder).filter((entry) => entry.name.endsWith('.webp')).length).toBe(total);
    for (const split of expected) expect(manifest.splits[split.name].samples).toBe(split.samples);
  });
});

describe('both datasets', () => {
  it('stay within 12 MB together', () => {
    const bytes = ['emoji-scenes', 'emoji-objects'].flatMap((name) =>
      files(join(datasets, name)).map((entry) => statSync(join(entry.parentPath, entry.name)).size),
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(12_000_000);
  });

  it('have pictures of the side that the model sees', async () => {
    for (const path of ['emoji-scenes/images/val_000000.webp', 'emoji-objects/test/monkey/monkey_12.webp']) {
      const { width, height } = await sharp(join(datasets, path)).metadata();
      expect([width, height]).toEqual([pictureSide, pictureSide]);
    }
  });
});

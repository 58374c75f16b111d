/**
 * Scenes as WebP files, and the checksum over all pictures of a dataset.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { makeCompositor } from './compose.js';
import type { Scene } from './scene.js';
import { pictureSide } from './splits.js';
import type { SpriteSheet } from './sprites.js';
import type { TextureSheet } from './textures.js';

/** Chosen by looking: below 30 small objects lose their details, and 36 keeps both datasets under 12 MB. */
const quality = 36;

/** Draws every scene into the file that `pathOf` names. */
export async function writePictures(
  scenes: readonly Scene[],
  sprites: SpriteSheet,
  textures: TextureSheet,
  pathOf: (scene: Scene) => string,
): Promise<void> {
  const compositor = makeCompositor(sprites, textures);
  for (const scene of scenes) {
    const rgb = compositor.compose(scene, pictureSide);
    const raw = { width: pictureSide, height: pictureSide, channels: 3 } as const;
    const webp = await sharp(rgb, { raw }).webp({ quality, effort: 6 }).toBuffer();
    await mkdir(dirname(pathOf(scene)), { recursive: true });
    await writeFile(pathOf(scene), webp);
  }
}

/** SHA-256 over one line `path sha256` a picture, sorted by path, paths relative to the dataset with `/`. */
export async function picturesChecksum(folder: string): Promise<string> {
  return filesChecksum(folder, '.webp');
}

/** The same over all files whose names end so. */
export async function filesChecksum(folder: string, ending: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true });
  const paths = entries.map((entry) => entry.replaceAll('\\', '/')).filter((path) => path.endsWith(ending));
  const total = createHash('sha256');
  for (const path of paths.sort()) {
    const own = createHash('sha256').update(await readFile(join(folder, path)));
    total.update(`${path} ${own.digest('hex')}\n`);
  }
  return total.digest('hex');
}

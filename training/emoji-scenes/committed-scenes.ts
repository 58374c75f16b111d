/**
 * The scenes of emoji-scenes with the number and file that each has there, so that words can be added without drawing.
 */
import { materialOf } from './layout.js';
import type { Scene } from './scene.js';
import { allows, retrievalScenes, type Split, sceneSplits, seed } from './splits.js';
import type { SpriteKey } from './sprites.js';
import { nameTextures, type TextureName } from './textures.js';

/** A scene with the number and file it has in the dataset. */
export interface CommittedScene extends Scene {
  readonly split: string;
  readonly filename: string;
  readonly ground: TextureName;
}

/** The scenes of one split, in order; numbers go on from split to split. */
export function committedScenes(split: Split, keys: readonly SpriteKey[]): CommittedScene[] {
  const material = materialOf(keys, split.textures, (style) => allows(split, style));
  const names = nameTextures(seed, `scenes ${split.name}`, split.textures);
  const before = sceneSplits.slice(0, sceneSplits.indexOf(split));
  const offset = before.reduce((sum, { samples }) => sum + samples, 0);
  return retrievalScenes(split, material, names).map((scene) => ({
    ...scene,
    id: offset + scene.id,
    split: split.name,
    filename: `${split.name}_${String(scene.id).padStart(6, '0')}.webp`,
    ground: names[scene.background.texture]!,
  }));
}

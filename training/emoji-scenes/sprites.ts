/**
 * Emoji art as small pictures: an icon of an Iconify set, drawn large, trimmed and fitted into a square.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Concept, concepts } from './concepts.js';
import { styles } from './styles.js';

/** Side of a sprite in pixels. */
export const spriteSide = 96;

/** Which picture a sprite is. */
export interface SpriteKey {
  readonly concept: number;
  readonly style: number;
}

/** All sprites; picture i is `rgba` [sprites, 96, 96, 4] at i, with straight alpha. */
export interface SpriteSheet {
  readonly keys: readonly SpriteKey[];
  readonly rgba: Uint8Array;
}

interface IconSet {
  width?: number;
  height?: number;
  icons: Record<string, { body: string; width?: number; height?: number; left?: number; top?: number }>;
  aliases?: Record<string, { parent: string }>;
}

/** A sprite before it is drawn. */
export interface Icon extends SpriteKey {
  readonly svg: string;
}

/** Every concept in every style that has it, concept by concept. */
export function findIcons(): Icon[] {
  const sets = styles.map((style) => loadIconSet(style.id));
  return concepts.flatMap((description, concept) =>
    styles.flatMap(({ id }, style) => {
      const name = id === 'fxemoji' ? fxemojiName(description) : description.id;
      const svg = name === null ? undefined : iconSvg(sets[style]!, name);
      return svg === undefined ? [] : [{ concept, style, svg }];
    }),
  );
}

/** Draws the icons, in their order. */
export async function renderSprites(icons: readonly Icon[]): Promise<SpriteSheet> {
  const length = spriteSide * spriteSide * 4;
  const rgba = new Uint8Array(icons.length * length);
  for (const [index, icon] of icons.entries()) rgba.set(await renderSprite(icon.svg), index * length);
  return { keys: icons.map(({ concept, style }) => ({ concept, style })), rgba };
}

function fxemojiName(concept: Concept): string | null {
  return concept.fxemoji === undefined ? concept.id.replaceAll('-', '') : concept.fxemoji;
}

/** Reads the icons of `@iconify-json/<id>`. */
function loadIconSet(id: string): IconSet {
  const packageJson = createRequire(import.meta.url).resolve(`@iconify-json/${id}/package.json`);
  return JSON.parse(readFileSync(join(packageJson, '..', 'icons.json'), 'utf8')) as IconSet;
}

/** The icon as an SVG document, or undefined where the set lacks it. */
function iconSvg(set: IconSet, name: string): string | undefined {
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ''];
  if (icon === undefined) return undefined;
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="384" height="384" ` +
    `viewBox="${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}">${icon.body}</svg>`
  );
}

/** Draws at four times the sprite's side, trims what is transparent, fits the rest into the square. */
async function renderSprite(svg: string): Promise<Uint8Array> {
  const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
  return sharp(Buffer.from(svg))
    .ensureAlpha()
    .trim({ background: transparent, threshold: 1 })
    .resize({ width: spriteSide, height: spriteSide, fit: 'contain', background: transparent })
    .raw()
    .toBuffer();
}

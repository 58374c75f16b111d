/**
 * Pixels of a scene: a crop of a texture, then every sprite turned, scaled and laid over it.
 *
 * Sprites are sampled bilinearly from the two nearest of a chain of halved copies (Williams, "Pyramidal Parametrics",
 * SIGGRAPH 1983), with colours multiplied by alpha, so that small objects neither shimmer nor gain dark fringes.
 */
import { cropShare, type Layout, type PlacedObject } from './scene.js';
import { type SpriteSheet, spriteSide } from './sprites.js';
import { type TextureSheet, textureSide } from './textures.js';

/** Copies of one sprite, each half as wide as the one before; premultiplied [side, side, 4]. */
type Pyramid = readonly { readonly side: number; readonly rgba: Float32Array }[];

/** Composes pictures; keeps the sprites it has used. */
export interface Compositor {
  /** @returns RGB bytes [side, side, 3] */
  compose(layout: Layout, side: number): Uint8Array;
}

/** A compositor over these sprites and textures. */
export function makeCompositor(sprites: SpriteSheet, textures: TextureSheet): Compositor {
  const indices = new Map(sprites.keys.map(({ concept, style }, index) => [`${concept}/${style}`, index]));
  const pyramids = new Map<number, Pyramid>();
  const pyramidOf = ({ concept, style }: PlacedObject): Pyramid => {
    const index = indices.get(`${concept}/${style}`);
    if (index === undefined) throw new Error(`no sprite of concept ${concept} in style ${style}`);
    let pyramid = pyramids.get(index);
    if (pyramid === undefined) {
      const length = spriteSide * spriteSide * 4;
      pyramid = makePyramid(sprites.rgba.subarray(index * length, (index + 1) * length));
      pyramids.set(index, pyramid);
    }
    return pyramid;
  };
  return {
    compose(layout, side) {
      const picture = new Float32Array(side * side * 3);
      paintBackground(picture, side, layout.background, textures.rgb);
      for (const object of layout.objects) paintObject(picture, side, object, pyramidOf(object));
      return Uint8Array.from(picture, (value) => Math.min(Math.max(Math.round(value), 0), 255));
    },
  };
}

/** Fills the picture with three quarters of a texture's side, resampled bilinearly. */
function paintBackground(
  picture: Float32Array,
  side: number,
  background: Layout['background'],
  rgb: Uint8Array,
): void {
  const { texture, x: shareX, y: shareY, flip } = background;
  const crop = Math.round(cropShare * textureSide);
  const left = Math.round(shareX * (textureSide - crop));
  const top = Math.round(shareY * (textureSide - crop));
  const start = texture * textureSide * textureSide;
  const scale = crop / side;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const across = flip ? side - 1 - x : x;
      const u = clamp((across + 0.5) * scale - 0.5, 0, crop - 1);
      const v = clamp((y + 0.5) * scale - 0.5, 0, crop - 1);
      const i = Math.min(Math.floor(u), crop - 2);
      const j = Math.min(Math.floor(v), crop - 2);
      const corner = (start + (top + j) * textureSide + left + i) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const at = corner + channel;
        const upper = rgb[at]! * (1 - u + i) + rgb[at + 3]! * (u - i);
        const lower = rgb[at + textureSide * 3]! * (1 - u + i) + rgb[at + textureSide * 3 + 3]! * (u - i);
        picture[(y * side + x) * 3 + channel] = upper * (1 - v + j) + lower * (v - j);
      }
    }
  }
}

/** Lays one sprite over the picture. */
function paintObject(picture: Float32Array, side: number, object: PlacedObject, pyramid: Pyramid): void {
  const width = object.size * side;
  const angle = (object.rotation * Math.PI) / 180;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const centreX = object.x * side;
  const centreY = object.y * side;
  const half = (width / 2) * (Math.abs(cosine) + Math.abs(sine)) + 1;
  const level = clamp(Math.log2(spriteSide / width), 0, pyramid.length - 1);
  const finer = Math.floor(level);
  const coarser = Math.min(finer + 1, pyramid.length - 1);
  const sample = new Float32Array(4);
  const bottom = Math.min(side, Math.ceil(centreY + half));
  const right = Math.min(side, Math.ceil(centreX + half));
  for (let y = Math.max(0, Math.floor(centreY - half)); y < bottom; y++) {
    for (let x = Math.max(0, Math.floor(centreX - half)); x < right; x++) {
      const dx = x + 0.5 - centreX;
      const dy = y + 0.5 - centreY;
      const u = (dx * cosine + dy * sine) / width;
      const v = (dy * cosine - dx * sine) / width;
      if (Math.abs(u) > 0.55 || Math.abs(v) > 0.55) continue;
      sample.fill(0);
      addSample(sample, pyramid[finer]!, (object.flip ? -u : u) + 0.5, v + 0.5, 1 - (level - finer));
      if (level > finer)
        addSample(sample, pyramid[coarser]!, (object.flip ? -u : u) + 0.5, v + 0.5, level - finer);
      const at = (y * side + x) * 3;
      const through = 1 - sample[3]! / 255;
      for (let channel = 0; channel < 3; channel++) {
        picture[at + channel] = sample[channel]! + picture[at + channel]! * through;
      }
    }
  }
}

/** Adds `weight` times the bilinear sample at (u, v) in [0, 1]; beyond the edge everything is transparent. */
function addSample(
  sample: Float32Array,
  { side, rgba }: Pyramid[number],
  u: number,
  v: number,
  weight: number,
): void {
  const x = u * side - 0.5;
  const y = v * side - 0.5;
  const i = Math.floor(x);
  const j = Math.floor(y);
  for (let corner = 0; corner < 4; corner++) {
    const column = i + (corner & 1);
    const row = j + (corner >> 1);
    if (column < 0 || row < 0 || column >= side || row >= side) continue;
    const share = weight * (corner & 1 ? x - i : 1 - x + i) * (corner >> 1 ? y - j : 1 - y + j);
    const at = (row * side + column) * 4;
    for (let channel = 0; channel < 4; channel++) sample[channel]! += share * rgba[at + channel]!;
  }
}

function makePyramid(straight: Uint8Array): Pyramid {
  const rgba = Float32Array.from(straight, (value, index) =>
    index % 4 === 3 ? value : (value * straight[index - (index % 4) + 3]!) / 255,
  );
  const levels: { side: number; rgba: Float32Array }[] = [{ side: spriteSide, rgba }];
  for (let side = spriteSide / 2; side >= 6; side /= 2)
    levels.push({ side, rgba: halved(levels.at(-1)!.rgba, side) });
  return levels;
}

/** Averages of two by two. */
function halved(rgba: Float32Array, side: number): Float32Array {
  const out = new Float32Array(side * side * 4);
  for (let index = 0; index < out.length; index++) {
    const channel = index % 4;
    const x = ((index >> 2) % side) * 2;
    const y = Math.floor((index >> 2) / side) * 2;
    const at = (y * side * 2 + x) * 4 + channel;
    out[index] = (rgba[at]! + rgba[at + 4]! + rgba[at + side * 8]! + rgba[at + side * 8 + 4]!) / 4;
  }
  return out;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

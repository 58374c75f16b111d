/**
 * Backgrounds: a named colour, a procedural pattern, a gradient of light, and clutter that means nothing.
 */
import { type SeededRandom, seededRandom } from '../../src/random/seeded.js';
import { patterns } from './patterns.js';

/** Side of a texture in pixels; a picture shows a crop of three quarters of it. */
export const textureSide = 224;

/** What captions may say of a background. */
export interface TextureName {
  readonly colour: string;
  readonly texture: string;
}

/** Textures of one split; texture i is `rgb` [textures, 224, 224, 3] at i. */
export interface TextureSheet {
  readonly names: readonly TextureName[];
  readonly rgb: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

/** Dark and light end of each colour that captions name. */
const palette: Readonly<Record<string, readonly [dark: Colour, light: Colour]>> = {
  red: [
    [130, 20, 25],
    [232, 96, 88],
  ],
  orange: [
    [196, 92, 10],
    [255, 186, 110],
  ],
  yellow: [
    [205, 165, 20],
    [255, 238, 140],
  ],
  green: [
    [24, 96, 40],
    [136, 206, 120],
  ],
  teal: [
    [8, 96, 100],
    [120, 212, 204],
  ],
  blue: [
    [22, 54, 140],
    [120, 176, 240],
  ],
  purple: [
    [78, 32, 128],
    [186, 144, 230],
  ],
  pink: [
    [205, 76, 134],
    [255, 190, 214],
  ],
  brown: [
    [84, 50, 26],
    [176, 128, 84],
  ],
  gray: [
    [84, 86, 90],
    [186, 188, 192],
  ],
  black: [
    [8, 8, 12],
    [74, 76, 84],
  ],
  white: [
    [206, 206, 204],
    [255, 255, 253],
  ],
}; // dark and light end

/** The colours that captions name. */
export const textureColours: readonly string[] = Object.keys(palette);

/** Names of a split's textures; colours and patterns come in turn so that all combinations are equally frequent. */
export function nameTextures(seed: number, split: string, count: number): TextureName[] {
  const order = seededRandom(seed, 'texture-order', split).shuffle(
    Object.keys(palette).flatMap((colour) => Object.keys(patterns).map((texture) => ({ colour, texture }))),
  );
  return Array.from({ length: count }, (_, index) => order[index % order.length]!);
}

/** `count` textures of a split. */
export function makeTextures(seed: number, split: string, count: number): TextureSheet {
  const names = nameTextures(seed, split, count);
  const length = textureSide * textureSide * 3;
  const rgb = new Uint8Array(count * length);
  for (const [index, name] of names.entries()) rgb.set(drawTexture(seed, split, index, name), index * length);
  return { names, rgb };
}

/** Texture `index` of a split, whose name `nameTextures` gives: [224, 224, 3]. */
export function drawTexture(seed: number, split: string, index: number, name: TextureName): Uint8Array {
  const rgb = new Uint8Array(textureSide * textureSide * 3);
  paintTexture(rgb, name, seededRandom(seed, 'texture', split, index));
  return rgb;
}

function paintTexture(rgb: Uint8Array, { colour, texture }: TextureName, random: SeededRandom): void {
  const [dark, light] = palette[colour]!;
  const shade = patterns[texture]!(random);
  const shift = Array.from({ length: 6 }, () => random.between(-14, 14));
  const contrast = random.between(0.6, 1);
  const middle = random.between(0.4, 0.6);
  const slope = random.between(0.05, 0.3);
  const angle = random.between(0, 2 * Math.PI);
  const clutter = random.chance(0.6) ? scatter(random, random.integer(22) + 4) : [];
  for (let y = 0; y < textureSide; y++) {
    for (let x = 0; x < textureSide; x++) {
      const along =
        ((x / textureSide - 0.5) * Math.cos(angle) + (y / textureSide - 0.5) * Math.sin(angle)) * 2;
      let value = middle + contrast * (shade(x, y) - 0.5) + slope * along;
      for (const patch of clutter) value += patch(x, y);
      const share = Math.min(Math.max(value, 0), 1);
      for (let channel = 0; channel < 3; channel++) {
        const low = dark[channel]! + shift[channel]!;
        const high = light[channel]! + shift[channel + 3]!;
        rgb[(y * textureSide + x) * 3 + channel] = Math.min(Math.max(low + share * (high - low), 0), 255);
      }
    }
  }
}

/** Random scraps (discs, bars, rings) that darken or brighten what lies under them. */
function scatter(random: SeededRandom, count: number): ((x: number, y: number) => number)[] {
  return Array.from({ length: count }, () => {
    const centreX = random.uniform() * textureSide;
    const centreY = random.uniform() * textureSide;
    const radius = random.between(4, 18);
    const thickness = random.between(0.15, 1);
    const amount = random.between(0.2, 0.6) * (random.chance(0.5) ? 1 : -1);
    const cosine = Math.cos(random.between(0, Math.PI));
    const sine = Math.sqrt(1 - cosine * cosine);
    const form = random.integer(3);
    return (x, y) => {
      const u = ((x - centreX) * cosine + (y - centreY) * sine) / radius;
      const v = ((y - centreY) * cosine - (x - centreX) * sine) / radius;
      if (u < -1 || u > 1 || v < -1 || v > 1) return 0;
      const inside =
        form === 0
          ? Math.abs(v) < thickness * 0.5
          : ringed(Math.hypot(u, v), form === 1 ? 1 : thickness * 0.5);
      return inside ? amount : 0;
    };
  });
}

const ringed = (distance: number, thickness: number): boolean => distance < 1 && distance > 1 - thickness;

import { describe, expect, it } from 'vitest';
import { makeCompositor } from '../../../training/emoji-scenes/compose.js';
import type { Layout, PlacedObject } from '../../../training/emoji-scenes/scene.js';
import { spriteSide } from '../../../training/emoji-scenes/sprites.js';
import { drawTexture, makeTextures, textureSide } from '../../../training/emoji-scenes/textures.js';

const side = 60;
const gray = {
  names: [{ colour: 'gray', texture: 'plain' }],
  rgb: new Uint8Array(textureSide * textureSide * 3).fill(100),
};

/** A sprite that is red on its left half and blue on its right half. */
const rgba = new Uint8Array(spriteSide * spriteSide * 4);
for (let pixel = 0; pixel < spriteSide * spriteSide; pixel++) {
  rgba.set(pixel % spriteSide < spriteSide / 2 ? [255, 0, 0, 255] : [0, 0, 255, 255], pixel * 4);
}
const compositor = makeCompositor({ keys: [{ concept: 0, style: 0 }], rgba }, gray);

const background = { texture: 0, x: 0, y: 0, flip: false };
const object: PlacedObject = {
  concept: 0,
  style: 0,
  x: 0.5,
  y: 0.5,
  size: 0.5,
  rotation: 0,
  flip: false,
  distractor: false,
};

function pixel(layout: Layout, x: number, y: number): number[] {
  const rgb = compositor.compose(layout, side);
  return [...rgb.subarray((y * side + x) * 3, (y * side + x) * 3 + 3)];
}

describe('the compositor', () => {
  it('leaves the background where no object is', () => {
    expect(pixel({ background, objects: [object] }, 5, 30)).toEqual([100, 100, 100]);
  });

  it('paints a sprite over the square that its size and centre say', () => {
    const layout = { background, objects: [object] };
    expect(pixel(layout, 20, 30)).toEqual([255, 0, 0]);
    expect(pixel(layout, 40, 30)).toEqual([0, 0, 255]);
    expect(pixel(layout, 30, 12)).toEqual([100, 100, 100]);
  });

  it('mirrors, and turns clockwise', () => {
    expect(pixel({ background, objects: [{ ...object, flip: true }] }, 20, 30)).toEqual([0, 0, 255]);
    const turned = { background, objects: [{ ...object, rotation: 90 }] };
    expect(pixel(turned, 30, 20)).toEqual([255, 0, 0]);
    expect(pixel(turned, 30, 40)).toEqual([0, 0, 255]);
  });

  it('lets later objects hide earlier ones', () => {
    const layout = { background, objects: [object, { ...object, flip: true, size: 0.3 }] };
    expect(pixel(layout, 25, 30)).toEqual([0, 0, 255]);
    expect(pixel(layout, 17, 30)).toEqual([255, 0, 0]);
  });
});

describe('textures', () => {
  it('are determined by seed, split and number, and differ between splits', () => {
    const name = { colour: 'green', texture: 'grassy' };
    const same = (split: string, index: number): boolean =>
      Buffer.compare(drawTexture(1, 'train', 3, name), drawTexture(1, split, index, name)) === 0;
    expect(same('train', 3)).toBe(true);
    expect(same('train', 4)).toBe(false);
    expect(same('test', 3)).toBe(false);
  });

  it('have structure: no pattern is flat', () => {
    const { names, rgb } = makeTextures(2, 'train', 12);
    const length = textureSide * textureSide * 3;
    for (const [index, name] of names.entries()) {
      const values = rgb.subarray(index * length, (index + 1) * length).filter((_, at) => at % 3 === 1);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(
        values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
      );
      expect(deviation, JSON.stringify(name)).toBeGreaterThan(2);
    }
  });
});

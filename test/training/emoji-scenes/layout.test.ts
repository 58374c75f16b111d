import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/random/seeded.js';
import { classes, concepts } from '../../../training/emoji-scenes/concepts.js';
import { layOutScene, layOutSingle, overlap, reach } from '../../../training/emoji-scenes/layout.js';

const material = { stylesOf: concepts.map(() => [0, 2]), textureCount: 7 };
const scenes = Array.from({ length: 500 }, (_, id) => layOutScene(seededRandom('layout', id), material));
const singles = Array.from({ length: 500 }, (_, id) =>
  layOutSingle(seededRandom('single', id), material, id % classes.length),
);

describe('layouts', () => {
  it('are determined by the seed', () => {
    expect(layOutScene(seededRandom('layout', 3), material)).toEqual(scenes[3]);
  });

  it('keep every object inside the frame, corners of turned ones included', () => {
    const outside = [...scenes, ...singles].flatMap(({ objects }) =>
      objects.filter(({ x, y, size, rotation }) => {
        const half = reach(size, rotation);
        return Math.min(x, y) - half < 0 || Math.max(x, y) + half > 1;
      }),
    );
    expect(outside).toEqual([]);
  });

  it('hold one to five objects of a tenth to four tenths of the side, half of them below a quarter', () => {
    const sizes = scenes.flatMap(({ objects }) => {
      const mentioned = objects.filter((object) => !object.distractor);
      expect(mentioned.length).toBeGreaterThanOrEqual(1);
      expect(mentioned.length).toBeLessThanOrEqual(5);
      return mentioned.map(({ size }) => size);
    });
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0.12);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(0.4);
    expect(sizes.filter((size) => size < 0.25).length / sizes.length).toBeGreaterThan(0.5);
  });

  it('rarely hide more than a third of an object behind another', () => {
    const hidden = scenes.map(({ objects }) => {
      const mentioned = objects.filter((object) => !object.distractor);
      return Math.max(0, ...mentioned.flatMap((a, i) => mentioned.slice(i + 1).map((b) => overlap(a, b))));
    });
    expect(hidden.filter((share) => share > 0.34).length / hidden.length).toBeLessThan(0.01);
    expect(hidden.some((share) => share > 0.05)).toBe(true);
  });

  it('show exactly one class in a classification picture, turned by at most 25 degrees', () => {
    for (const [id, { objects }] of singles.entries()) {
      const [main, ...more] = objects.filter((object) => !object.distractor);
      expect(more).toEqual([]);
      expect(main!.concept).toBe(id % classes.length);
      expect(Math.abs(main!.rotation)).toBeLessThanOrEqual(25);
    }
  });

  it('take distractors only from what is no class', () => {
    const wrong = [...scenes, ...singles].flatMap(({ objects }) =>
      objects.filter(({ concept, distractor }) => concept >= classes.length !== distractor),
    );
    expect(wrong).toEqual([]);
  });
});

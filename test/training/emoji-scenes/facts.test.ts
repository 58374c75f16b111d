import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { classes } from '../../../training/emoji-scenes/concepts.js';
import { countOf, factsOf } from '../../../training/emoji-scenes/facts.js';
import { anything, classKinds, conceptsOf, families } from '../../../training/emoji-scenes/kinds.js';
import { areas, cells, clearlyIn, clearlyOut } from '../../../training/emoji-scenes/places.js';
import { colourOf } from '../../../training/emoji-scenes/questions/colour.js';
import type { PlacedObject } from '../../../training/emoji-scenes/scene.js';
import { findIcons, renderSprites, spriteSide } from '../../../training/emoji-scenes/sprites.js';

const background = { texture: 0, x: 0, y: 0, flip: false };
const ground = { colour: 'green', texture: 'striped' };
const at = (id: string, x: number, y: number, size = 0.2): PlacedObject => {
  const concept = conceptsOf(id)[0]!;
  return { concept, style: 0, x, y, size, rotation: 0, flip: false, distractor: concept >= classes.length };
};
const count = (id: string, ...objects: PlacedObject[]): number | undefined =>
  countOf(factsOf({ background, objects }, ground), classKinds[conceptsOf(id)[0]!]!);

describe('counting a kind', () => {
  it('counts what is there', () => {
    const objects = [at('lemon', 0.2, 0.2), at('lemon', 0.8, 0.8), at('pear', 0.2, 0.8)];
    expect(count('lemon', ...objects)).toBe(2);
    expect(count('banana', ...objects)).toBe(0);
  });

  it('gives no number where another thing goes by the same name', () => {
    expect(count('dog-face', at('dog-face', 0.2, 0.2), at('poodle', 0.8, 0.8))).toBeUndefined();
    expect(count('gem-stone', at('large-blue-diamond', 0.2, 0.2))).toBeUndefined();
  });

  it('gives no number where one of the things is mostly hidden', () => {
    expect(count('lemon', at('lemon', 0.5, 0.5), at('pear', 0.55, 0.55))).toBeUndefined();
    expect(count('lemon', at('pear', 0.55, 0.55), at('lemon', 0.5, 0.5))).toBe(1);
  });

  it('counts objects of all kinds only where no symbol confuses', () => {
    const objects = [at('lemon', 0.2, 0.2), at('pear', 0.8, 0.8)];
    const total = (...more: PlacedObject[]) =>
      countOf(factsOf({ background, objects: [...objects, ...more] }, ground), anything);
    expect(total()).toBe(2);
    expect(total(at('red-circle', 0.5, 0.5, 0.1))).toBeUndefined();
  });
});

describe('families', () => {
  const require = createRequire(import.meta.url);
  const emoji = require('emojibase-data/en/data.json') as { label: string; subgroup?: number }[];
  const { subgroups } = require('emojibase-data/en/messages.json') as {
    subgroups: { key: string; order: number }[];
  };
  const subgroupOf = new Map(
    emoji.map(({ label, subgroup }) => [
      label.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      subgroups.find(({ order }) => order === subgroup)?.key ?? '',
    ]),
  );
  const expected: Readonly<Record<string, RegExp>> = {
    animal: /^animal-/,
    bird: /^animal-bird/,
    flower: /^plant-flower/,
    fruit: /^food-fruit/,
    apple: /^food-fruit/,
    fish: /^animal-marine/,
    vehicle: /^transport-ground/,
    'musical instrument': /^musical-instrument/,
  };

  it('lie within the subgroups of emojibase-data', () => {
    const misplaced = families.flatMap(({ name, members }) =>
      [...members]
        .map((concept) => classes[concept]!.id)
        .filter((id) => expected[name] !== undefined && !expected[name].test(subgroupOf.get(id) ?? '')),
    );
    expect(misplaced).toEqual([]);
  });

  it('leave no animal out that they do not call doubtful', () => {
    const { members, doubtful } = families.find(({ name }) => name === 'animal')!;
    for (const [concept, { id }] of classes.entries()) {
      if (subgroupOf.get(id)?.startsWith('animal-')) {
        expect(members.has(concept) || doubtful.has(concept), id).toBe(true);
      }
    }
  });
});

describe('places', () => {
  it('are each clear for some centres, and never two cells for one', () => {
    const steps = Array.from({ length: 49 }, (_, step) => (step + 1) / 50);
    const found = steps.flatMap((x) =>
      steps.map((y) => cells.filter((cell) => clearlyIn(cell, at('lemon', x, y))).map(({ name }) => name)),
    );
    expect(Math.max(...found.map((names) => names.length))).toBe(1);
    expect(new Set(found.flat()).size).toBe(9);
  });

  it('leave a margin between in and out', () => {
    const left = areas.find(({ name }) => name === 'left')!;
    const [inside, near, outside] = [0.3, 0.38, 0.5].map((x) => at('lemon', x, 0.9));
    expect([clearlyIn(left, inside!), clearlyOut(left, inside!)]).toEqual([true, false]);
    expect([clearlyIn(left, near!), clearlyOut(left, near!)]).toEqual([false, false]);
    expect([clearlyIn(left, outside!), clearlyOut(left, outside!)]).toEqual([false, true]);
  });
});

describe('things with a colour', () => {
  /** Where on the hue circle a name ends; the emoji's own yellow, #ffcc4d, stands at 43 degrees. */
  const ends = { red: 18, orange: 42, yellow: 66, green: 165, teal: 200, blue: 260, purple: 335 };

  /** Name of a strong colour, undefined of gray. */
  function hueName(red: number, green: number, blue: number): string | undefined {
    const most = Math.max(red, green, blue);
    const spread = most - Math.min(red, green, blue);
    if (spread < 25 || spread < 0.18 * most) return undefined;
    const sector =
      most === red
        ? (green - blue) / spread
        : most === green
          ? 2 + (blue - red) / spread
          : 4 + (red - green) / spread;
    const hue = (60 * sector + 360) % 360;
    return Object.entries(ends).find(([, end]) => hue < end)?.[0] ?? 'red';
  }

  it('have it in every style: no other colour takes more of the drawing', async () => {
    const used = findIcons().filter(({ concept }) => colourOf.has(concept));
    const { keys, rgba } = await renderSprites(used);
    const length = spriteSide * spriteSide * 4;
    const wrong = keys.flatMap(({ concept, style }, index) => {
      const areaOf = new Map<string, number>();
      for (let at = index * length; at < (index + 1) * length; at += 4) {
        const name = rgba[at + 3]! > 200 ? hueName(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!) : undefined;
        if (name !== undefined) areaOf.set(name, (areaOf.get(name) ?? 0) + 1);
      }
      const [most] = [...areaOf].sort((a, b) => b[1] - a[1])[0]!;
      return most === colourOf.get(concept) ? [] : [[classes[concept]!.id, style, most]];
    });
    expect(wrong).toEqual([]);
  });
});

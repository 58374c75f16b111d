import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/random/seeded.js';
import { captionScene, captionSingle, templates } from '../../../training/emoji-scenes/captions.js';
import { classes, concepts } from '../../../training/emoji-scenes/concepts.js';
import { groupsOf, position, relation } from '../../../training/emoji-scenes/grammar.js';
import { layOutScene, layOutSingle, type Material } from '../../../training/emoji-scenes/layout.js';
import type { PlacedObject } from '../../../training/emoji-scenes/scene.js';

const material: Material = { stylesOf: concepts.map(() => [0, 2, 3]), textureCount: 1 };
const ground = { colour: 'green', texture: 'striped' };
const words = ['no', 'one', 'two', 'three', 'four', 'five'];

const scenes = Array.from({ length: 400 }, (_, id) => {
  const random = seededRandom('captions', id);
  const layout = layOutScene(random, material);
  return { layout, captions: captionScene(random, layout, ground) };
});

/** The group whose phrase ends or starts a claim, found by its longest matching name. */
function groupIn(phrase: string, groups: ReturnType<typeof groupsOf>, at: 'startsWith' | 'endsWith') {
  return groups
    .filter(({ concept, members }) => {
      const { name, plural } = concepts[concept]!;
      const noun = members.length > 1 ? `${words[members.length]} ${plural}` : ` ${name}`;
      return at === 'endsWith' ? phrase.endsWith(noun) : new RegExp(`^(an?)?${noun}( |,|$)`).test(phrase);
    })
    .sort((a, b) => concepts[b.concept]!.name.length - concepts[a.concept]!.name.length)[0];
}

describe('captions of scenes', () => {
  it('are five, all different, of at most 32 words and mostly below 25', () => {
    const lengths = scenes.flatMap(({ captions }) => captions.map((caption) => caption.split(' ').length));
    for (const { captions } of scenes) expect(new Set(captions).size).toBe(5);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32);
    expect(lengths.filter((length) => length > 25).length / lengths.length).toBeLessThan(0.05);
  });

  it('name every object in its number and no distractor', () => {
    for (const { layout, captions } of scenes) {
      const groups = groupsOf(layout.objects);
      for (const caption of captions) {
        for (const { concept, members } of groups) {
          const { name, plural } = concepts[concept]!;
          const noun =
            members.length > 1 ? `${words[members.length]} ${plural}` : `an? (large |small )?${name}`;
          expect(caption).toMatch(new RegExp(`(^|[ ])${noun}(?=[ ,.:]|$)`));
        }
      }
    }
  });

  it('count all objects truly', () => {
    for (const { layout, captions } of scenes) {
      const total = layout.objects.filter((object) => !object.distractor).length;
      for (const caption of captions) {
        const claim = caption.match(/(two|three|four|five) (?:objects|things)/)?.[1];
        if (claim !== undefined) expect(claim).toBe(words[total]);
      }
    }
  });

  it('claim only relations that hold for every pair', () => {
    let claims = 0;
    for (const { layout, captions } of scenes) {
      const groups = groupsOf(layout.objects);
      for (const caption of captions) {
        const match = caption.match(/^(.*?) (to the left of|to the right of|above|below) (.*)$/);
        if (match === null) continue;
        claims += 1;
        const a = groupIn(match[1]!, groups, 'endsWith')!;
        const b = groupIn(match[3]!, groups, 'startsWith')!;
        for (const one of a.members) {
          for (const other of b.members) {
            if (match[2] === 'to the left of') expect(other.x - one.x).toBeGreaterThanOrEqual(0.1499);
            if (match[2] === 'to the right of') expect(one.x - other.x).toBeGreaterThanOrEqual(0.1499);
            if (match[2] === 'above') expect(other.y - one.y).toBeGreaterThanOrEqual(0.1499);
            if (match[2] === 'below') expect(one.y - other.y).toBeGreaterThanOrEqual(0.1499);
          }
        }
      }
    }
    expect(claims).toBeGreaterThan(200);
  });

  it('say large of large objects and small of small ones', () => {
    for (const { layout, captions } of scenes) {
      for (const { concept, members } of groupsOf(layout.objects)) {
        const { name } = concepts[concept]!;
        for (const caption of captions) {
          if (caption.includes(` large ${name}`)) expect(members[0]!.size).toBeGreaterThanOrEqual(0.28);
          if (caption.includes(` small ${name}`)) expect(members[0]!.size).toBeLessThanOrEqual(0.16);
        }
      }
    }
  });

  it('name the background in at least one caption and never a wrong one', () => {
    for (const { captions } of scenes) {
      expect(captions.some((caption) => caption.includes('a green striped background'))).toBe(true);
    }
  });
});

describe('captions of single objects', () => {
  it('follow the prompts that zero-shot classification uses', () => {
    const random = seededRandom('single');
    const layout = layOutSingle(random, material, 30);
    for (const caption of captionSingle(random, layout, ground).slice(0, 4)) {
      expect(templates.map((template) => template.replace('{}', classes[30]!.name))).toContain(caption);
    }
  });
});

describe('places and relations', () => {
  const at = (x: number, y: number): PlacedObject => ({
    concept: 0,
    style: 0,
    x,
    y,
    size: 0.2,
    rotation: 0,
    flip: false,
    distractor: false,
  });
  const group = (...members: PlacedObject[]) => ({ concept: 0, members });

  it('divide the picture in thirds', () => {
    expect(position(at(0.1, 0.1))).toBe('in the top left corner');
    expect(position(at(0.5, 0.9))).toBe('at the bottom');
    expect(position(at(0.9, 0.5))).toBe('on the right');
    expect(position(at(0.5, 0.5))).toBe('in the middle');
  });

  it('are silent where groups are mixed or near', () => {
    expect(relation(group(at(0.2, 0.5)), group(at(0.6, 0.5)))).toBe('to the left of');
    expect(relation(group(at(0.5, 0.2)), group(at(0.5, 0.6)))).toBe('above');
    expect(relation(group(at(0.2, 0.5), at(0.8, 0.5)), group(at(0.5, 0.5)))).toBeUndefined();
    expect(relation(group(at(0.5, 0.5)), group(at(0.6, 0.5)))).toBeUndefined();
  });
});

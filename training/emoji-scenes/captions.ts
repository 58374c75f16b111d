/**
 * Five differently worded captions for a scene, all true, none above about 25 words.
 */
import type { SeededRandom } from '../../src/random/seeded.js';
import { concepts } from './concepts.js';
import {
  backgroundPhrase,
  type Group,
  groupsOf,
  listed,
  nounPhrase,
  numberWord,
  position,
  relation,
} from './grammar.js';
import type { Layout } from './scene.js';
import type { TextureName } from './textures.js';

/** Zero-shot prompts, `{}` standing for the class name; worded as those of CLIP (Radford et al., 2021, `Prompt_Engineering_for_ImageNet.ipynb`). */
export const templates: readonly string[] = [
  'a photo of a {}.',
  'a picture of a {}.',
  'an image of a {}.',
  'a drawing of a {}.',
  'a cropped photo of the {}.',
  'a photo of the {}.',
  'a close-up of a {}.',
  'a photo of one {}.',
  'a cluttered scene with a {}.',
  'an icon of a {}.',
];

const captionCount = 5;
const longest = 25;

/** Captions of a scene of several objects: list, relation, sizes, count and places, each in its own wording. */
export function captionScene(random: SeededRandom, layout: Layout, ground: TextureName): string[] {
  const groups = groupsOf(layout.objects);
  const makers = [listCaption, relationCaption, sizeCaption, countCaption, placeCaption];
  const captions: string[] = [];
  for (const make of makers) {
    let caption = make(random, random.shuffle(groups), backgroundPhrase(ground));
    for (let attempt = 0; attempt < 20 && captions.includes(caption); attempt++) {
      const other = attempt < 10 ? make : random.pick(makers);
      caption = other(random, random.shuffle(groups), backgroundPhrase(ground));
    }
    captions.push(caption);
  }
  return captions;
}

/** Captions of a picture of one thing: five of the prompts, one of them sometimes naming the background. */
export function captionSingle(random: SeededRandom, layout: Layout, ground: TextureName): string[] {
  const group = groupsOf(layout.objects)[0]!;
  const { name } = concepts[group.concept]!;
  const captions = random
    .shuffle(templates)
    .slice(0, captionCount)
    .map((template) => template.replace('{}', name));
  if (random.chance(0.5)) captions[4] = `${nounPhrase(group, true)} on ${backgroundPhrase(ground)}`;
  return captions;
}

type Maker = (random: SeededRandom, groups: readonly Group[], ground: string) => string;

const listCaption: Maker = (random, groups, ground) => {
  const things = listed(groups.map((group) => nounPhrase(group)));
  return random.pick([
    `${things} on ${ground}`,
    `${ground} with ${things}`,
    `${things} in front of ${ground}`,
    `${things} against ${ground}`,
  ]);
};

const relationCaption: Maker = (random, groups, ground) => {
  for (const [index, a] of groups.entries()) {
    for (const b of groups.slice(index + 1)) {
      const how = relation(a, b);
      if (how === undefined) continue;
      const rest = groups.filter((group) => group !== a && group !== b).map((group) => nounPhrase(group));
      const claim = `${nounPhrase(a)} ${how} ${nounPhrase(b)}`;
      if (rest.length === 0) return random.chance(0.5) ? claim : fitted(claim, ` on ${ground}`);
      return random.chance(0.5)
        ? `${claim}, with ${listed(rest)} nearby`
        : `${claim}, and also ${listed(rest)}`;
    }
  }
  return placeCaption(random, groups, ground);
};

const sizeCaption: Maker = (random, groups, ground) => {
  const things = listed(groups.map((group) => nounPhrase(group, true)));
  const lead = random.pick(['a picture of ', 'an image of ', 'a scene with ', 'a photo of ', '']);
  return random.chance(0.3) || lead === '' ? fitted(`${lead}${things}`, ` on ${ground}`) : `${lead}${things}`;
};

const countCaption: Maker = (random, groups, ground) => {
  const count = groups.reduce((sum, group) => sum + group.members.length, 0);
  const things = listed(groups.map((group) => nounPhrase(group)));
  if (count === 1)
    return random.pick([`a single object: ${things}`, `only ${things} on ${ground}`, `just ${things}`]);
  const number = numberWord(count);
  return random.pick([
    `${number} objects: ${things}`,
    `a group of ${number} things: ${things}`,
    `there are ${number} objects, ${things}`,
    `${number} things on ${ground}: ${things}`,
  ]);
};

const placeCaption: Maker = (random, groups, ground) => {
  const single = groups.findIndex((group) => group.members.length === 1);
  if (single < 0) return listCaption(random, groups, ground);
  const placed = groups[single]!;
  const rest = groups.filter((group) => group !== placed).map((group) => nounPhrase(group));
  const claim = `${nounPhrase(placed)} ${position(placed.members[0]!)}`;
  if (rest.length === 0) return random.chance(0.5) ? claim : `${claim} of ${ground}`;
  return random.pick([`${claim} and ${listed(rest)}`, `${claim}, together with ${listed(rest)}`]);
};

/** The caption with its ending, where that keeps it short enough to read. */
function fitted(caption: string, ending: string): string {
  return `${caption}${ending}`.split(' ').length <= longest ? `${caption}${ending}` : caption;
}

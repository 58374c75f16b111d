/**
 * Answers and judges by reading the words and looking at the objects, written without the generator's own rules.
 */
import { classes } from '../../../training/emoji-scenes/concepts.js';
import { families } from '../../../training/emoji-scenes/kinds.js';

export interface Thing {
  /** Id of the concept. */
  readonly concept: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly distractor: boolean;
}

export interface Look {
  readonly background: { readonly colour: string };
  readonly objects: readonly Thing[];
}

const every = 'every';
const idsOf = new Map<string, Set<string>>([['objects', new Set([every])]]);
for (const { name, plural, members } of families) {
  for (const noun of [name, plural])
    idsOf.set(noun, new Set([...members].map((index) => classes[index]!.id)));
}
for (const { id, name, plural } of classes) {
  if (name === plural && idsOf.has(name)) continue;
  for (const noun of [name, plural]) idsOf.set(noun, new Set([id]));
}
const nameOf = new Map(classes.map(({ id, name }) => [id, name]));
const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** The objects that a noun means, with or without an article. */
export function named(noun: string, { objects }: Look): Thing[] {
  const ids = idsOf.get(noun.replace(/^(?:an?|the) /, ''));
  if (ids === undefined) throw new Error(`nothing is called ${noun}`);
  return objects.filter(({ concept, distractor }) => !distractor && (ids.has(every) || ids.has(concept)));
}

type Rule = readonly [pattern: RegExp, answer: (look: Look, ...parts: string[]) => string | undefined];

const relation = '(to the left of|to the right of|above|below)';
const yes = (holds: boolean): string => (holds ? 'yes' : 'no');

/** How far `a` lies from `b` along a relation, and how far across it. */
function offset(how: string, a: Thing, b: Thing): [along: number, across: number] {
  const [dx, dy] = [a.x - b.x, a.y - b.y];
  const along = { 'to the left of': -dx, 'to the right of': dx, above: -dy, below: dy }[how]!;
  return [along, Math.abs(how.startsWith('to') ? dy : dx)];
}
const lies = (how: string, a: Thing, b: Thing): boolean => {
  const [along, across] = offset(how, a, b);
  return along > 0.1499 && along > across;
};

const rows = (y: number): string => (y < 0.36 ? 'top' : y > 0.64 ? 'bottom' : '');
const columns = (x: number): string => (x < 0.36 ? 'left' : x > 0.64 ? 'right' : '');
const where = ({ x, y }: Thing): string => `${rows(y)} ${columns(x)}`.trim() || 'middle';

const rules: readonly Rule[] = [
  [
    /^(?:what|which) (?:color|is the color of|color does) (?:is )?(?:the )?(?:behind the objects|background)(?: have)?\?$/,
    ({ background }) => background.colour,
  ],
  [
    /^(?:what color is|what is the color of|which color does) the (.+?)(?: have)?\?$/,
    (look, noun) => {
      const [thing, ...more] = named(noun!, look);
      return more.length === 0 ? thing!.concept : undefined;
    },
  ],
  [
    /^(?:how many|what is the number of) (.+?)(?: are there| are in the picture| can you see| does the picture show)?\?$/,
    (look, noun) => String(named(noun!, look).length),
  ],
  [
    /^(?:are there|does the picture show|in this picture, are there) (more|fewer) (.+) than (.+?)(?: in the picture)?\?$/,
    (look, word, a, b) => {
      const difference = named(a!, look).length - named(b!, look).length;
      return yes(word === 'more' ? difference > 0 : difference < 0);
    },
  ],
  [
    /^(?:are there|does the picture show|in this picture, are there) as many (.+) as (.+?)(?: in the picture)?\?$/,
    (look, a, b) => yes(named(a!, look).length === named(b!, look).length),
  ],
  [
    new RegExp(`^(?:in this picture, )?(?:is|are) the (.+?) (?:placed )?${relation} the (.+)\\?$`),
    (look, a, how, b) => {
      const pairs = named(a!, look).flatMap((one) =>
        named(b!, look).map((other) => offset(how!, one, other)[0]),
      );
      if (pairs.every((distance) => distance > 0.1499)) return 'yes';
      return pairs.every((distance) => distance < -0.1499) ? 'no' : undefined;
    },
  ],
  [
    new RegExp(`^(?:what is|what do you see|which object is) ${relation} the (.+)\\?$`),
    (look, how, noun) => {
      const marks = named(noun!, look);
      const found = look.objects.filter((one) => marks.length === 1 && lies(how!, one, marks[0]!));
      return found.length === 1 ? nameOf.get(found[0]!.concept) : undefined;
    },
  ],
  [
    /^(?:what is|what do you see|what can be seen) (?:in the|at the|on the) (.+?)(?: corner)?(?: of the picture)?\?$/,
    ({ objects }, place) => {
      const found = objects.filter((thing) =>
        place === 'middle'
          ? where(thing) === place
          : place!.split(' ').every((word) => `${where(thing)} `.includes(`${word}`)),
      );
      return found.length === 1 ? nameOf.get(found[0]!.concept) : undefined;
    },
  ],
  [
    /^(?:where|where in the picture|in which part of the picture|where can you see) (?:is )?the (.+)\?$/,
    (look, noun) => {
      const things = named(noun!, look);
      return things.length === 1 ? where(things[0]!) : undefined;
    },
  ],
  [
    /^which (?:is|looks) (larger|smaller)(?: in the picture)?, the (.+) or the (.+)\?$/,
    (look, word, a, b) => {
      const ratio = named(a!, look)[0]!.size / named(b!, look)[0]!.size;
      return ratio > 1 === (word === 'larger') ? a : b;
    },
  ],
  [
    /^(?:is there|are there any|can you see|does the picture show|do you see any) (.+?)(?: in the picture| here)?\?$/,
    (look, noun) => yes(named(noun!, look).length > 0),
  ],
];

/** The answer to a question, a concept's id for the colour of a thing; undefined where the picture does not tell. */
export function answerTo(question: string, look: Look): string | undefined {
  for (const [pattern, answer] of rules) {
    const match = question.match(pattern);
    if (match !== null) return answer(look, ...match.slice(1));
  }
  throw new Error(`nobody can read ${question}`);
}

type Judgement = readonly [pattern: RegExp, holds: (looks: readonly Look[], ...parts: string[]) => boolean];

const counts = (noun: string, looks: readonly Look[]): number[] =>
  looks.map((look) => named(noun, look).length);
const having = (noun: string, looks: readonly Look[]): number =>
  counts(noun, looks).filter((count) => count > 0).length;
const onColour = (colour: string, looks: readonly Look[]): number =>
  looks.filter(({ background }) => background.colour === colour).length;
const at = (side: string): number => (side === 'left' ? 0 : 1);

const judgements: readonly Judgement[] = [
  [/^both images have an? (.+) background$/, (looks, colour) => onColour(colour!, looks) === 2],
  [/^the background of each image is (.+)$/, (looks, colour) => onColour(colour!, looks) === 2],
  [
    /^(?:one image has|only one of the images has) an? (.+) background(?: and the other does not)?$/,
    (looks, colour) => onColour(colour!, looks) === 1,
  ],
  [/^at least one image has an? (.+) background$/, (looks, colour) => onColour(colour!, looks) > 0],
  [/^neither image has an? (.+) background$/, (looks, colour) => onColour(colour!, looks) === 0],
  [
    new RegExp(
      `^(?:at least one image has|there is|at least one of the images shows) (.+) ${relation} (.+?)(?: in at least one image)?$`,
    ),
    (looks, a, how, b) =>
      looks.some((look) =>
        named(a!, look).some((one) => named(b!, look).some((other) => lies(how!, one, other))),
      ),
  ],
  [
    /^(?:one image contains|only one of the images shows) exactly (\w+) (.+?)(?: and the other does not)?$/,
    (looks, number, noun) =>
      counts(noun!, looks).filter((count) => count === numbers.indexOf(number!)).length === 1,
  ],
  [
    /^(?:there are exactly|the two images contain|there are) (two|three|four|five|six|seven|eight|nine|ten) (.+?) (?:in total|in the two images together)$/,
    (looks, number, noun) =>
      counts(noun!, looks).reduce((sum, count) => sum + count) === numbers.indexOf(number!),
  ],
  [
    /^(?:the number of|the left image has as many|both images show the same number of) (.+?)(?: in both images is equal| as the right image)?$/,
    (looks, noun) => new Set(counts(noun!, looks)).size === 1,
  ],
  [
    /^the (left|right) image (?:shows|contains) (more|fewer) (.+) than the (?:left|right) (?:image|one)$/,
    (looks, side, word, noun) => {
      const difference = counts(noun!, looks)[at(side!)]! - counts(noun!, looks)[1 - at(side!)]!;
      return word === 'more' ? difference > 0 : difference < 0;
    },
  ],
  [
    /^there are (more|fewer) (.+) in the (left|right) image than in the (?:left|right) image$/,
    (looks, word, noun, side) => {
      const difference = counts(noun!, looks)[at(side!)]! - counts(noun!, looks)[1 - at(side!)]!;
      return word === 'more' ? difference > 0 : difference < 0;
    },
  ],
  [
    /^the (.+) in the (left|right) image is (larger|smaller) than the .+$/,
    (looks, noun, side, word) => sizeHolds(looks, noun!, side!, word!),
  ],
  [
    /^the (.+) is (larger|smaller) in the (left|right) image than in the .+$/,
    (looks, noun, word, side) => sizeHolds(looks, noun!, side!, word!),
  ],
  [
    /^the (left|right) image shows the (larger|smaller) (.+)$/,
    (looks, side, word, noun) => sizeHolds(looks, noun!, side!, word!),
  ],
  [
    /^(?:one image has|only one of the images contains|exactly one image shows) (?:any )?(.+?)(?: and the other does not)?$/,
    (looks, noun) => having(noun!, looks) === 1,
  ],
  [
    /^(?:neither image contains|there are no|no image shows) (.+?)(?: in either image)?$/,
    (looks, noun) => having(noun!, looks) === 0,
  ],
  [
    /^(?:at least one image contains|there is at least one|at least one of the images shows one or more) (.+?)(?: in the two images)?$/,
    (looks, noun) => having(noun!, looks) > 0,
  ],
  [
    /^(?:both images contain|there is|each of the two images shows at least one|the left image and the right image both have) (.+?)(?: in each image)?$/,
    (looks, noun) => having(noun!, looks) === 2,
  ],
];

function sizeHolds(looks: readonly Look[], noun: string, side: string, word: string): boolean {
  const sizes = looks.map((look) => {
    const things = named(noun, look);
    if (things.length !== 1) throw new Error(`there is not just one ${noun}`);
    return things[0]!.size;
  });
  const ratio = sizes[at(side)]! / sizes[1 - at(side)]!;
  return word === 'larger' ? ratio > 1.3 : ratio < 1 / 1.3;
}

/** Which sort of sentence it is, and whether it holds of a left and a right picture. */
export function judge(sentence: string, left: Look, right: Look): { sort: number; holds: boolean } {
  for (const [sort, [pattern, holds]] of judgements.entries()) {
    const match = sentence.match(pattern);
    if (match !== null) return { sort, holds: holds([left, right], ...match.slice(1)) };
  }
  throw new Error(`nobody can read ${sentence}`);
}

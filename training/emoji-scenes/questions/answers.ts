/**
 * Every answer that can be true, and what someone else might have said instead.
 */
import { classes } from '../concepts.js';
import { numberWord, withArticle } from '../grammar.js';
import { cells } from '../places.js';
import { textureColours } from '../textures.js';
import type { Question } from './question.js';

/** The candidates that a model may choose from: distinct, sorted. */
export const answerList: readonly string[] = [
  ...new Set([
    'yes',
    'no',
    ...['0', '1', '2', '3', '4', '5'],
    ...textureColours,
    ...cells.map(({ name }) => name),
    ...classes.map(({ name }) => name),
  ]),
].sort();

/** Near misses of colours. */
const colourMisses: Readonly<Record<string, readonly string[]>> = {
  red: ['dark red', 'orange'],
  orange: ['yellow', 'light brown'],
  yellow: ['gold', 'orange'],
  green: ['light green', 'dark green'],
  teal: ['turquoise', 'blue', 'green'],
  blue: ['light blue', 'dark blue'],
  purple: ['violet', 'pink'],
  pink: ['rose', 'light red'],
  brown: ['tan', 'dark brown'],
  gray: ['grey', 'silver'],
  black: ['dark gray', 'dark'],
  white: ['light gray', 'cream'],
};

/** Other words for classes, by their ids. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  'dog-face': ['puppy'],
  poodle: ['dog'],
  wolf: ['dog'],
  'cat-face': ['kitten'],
  'pig-face': ['piglet'],
  gorilla: ['ape', 'monkey'],
  'rabbit-face': ['bunny'],
  rooster: ['chicken'],
  'baby-chick': ['bird', 'chicken'],
  eagle: ['bird'],
  duck: ['bird'],
  owl: ['bird'],
  crocodile: ['alligator'],
  turtle: ['tortoise'],
  fish: ['fish'],
  'tropical-fish': ['fish'],
  blowfish: ['fish', 'puffer fish'],
  'lady-beetle': ['ladybird', 'beetle'],
  'evergreen-tree': ['tree'],
  'palm-tree': ['tree'],
  'christmas-tree': ['tree'],
  hibiscus: ['flower'],
  rose: ['flower'],
  tulip: ['flower'],
  'red-apple': ['apple'],
  'green-apple': ['apple'],
  tangerine: ['mandarin'],
  'hot-pepper': ['pepper'],
  doughnut: ['donut'],
  'birthday-cake': ['cake'],
  'hot-beverage': ['tea', 'coffee'],
  locomotive: ['train'],
  'fire-engine': ['fire truck'],
  'police-car': ['car'],
  taxi: ['cab', 'car'],
  automobile: ['automobile'],
  'delivery-truck': ['truck'],
  motorcycle: ['motorbike'],
  bicycle: ['bike'],
  sailboat: ['boat'],
  ship: ['boat'],
  airplane: ['plane'],
  'jack-o-lantern': ['pumpkin', "jack-o'-lantern"],
  'wrapped-gift': ['present', 'gift'],
  'soccer-ball': ['ball', 'football'],
  necktie: ['tie'],
  't-shirt': ['shirt'],
  backpack: ['bag'],
  'running-shoe': ['shoe', 'sneaker'],
  'high-heeled-shoe': ['shoe'],
  'top-hat': ['hat'],
  'gem-stone': ['gem'],
  telephone: ['phone'],
  laptop: ['computer'],
  television: ['tv'],
  'light-bulb': ['bulb', 'lamp'],
  envelope: ['letter'],
  wrench: ['tool', 'spanner'],
};

const namesOf = new Map(classes.map(({ id, name }) => [name, otherNames[id] ?? []]));

/** The same answer in other words: `two` for `2`, `upper left` for `top left`, `an owl` for `owl`. */
export function sameInOtherWords({ type, answer }: Question): string[] {
  if (type === 'how many') return answer === '0' ? ['none', 'zero'] : [numberWord(Number(answer))];
  if (type === 'where is') {
    if (!answer.includes(' ')) return [answer === 'middle' ? 'center' : `${answer} side`];
    return [answer.replace('top', 'upper').replace('bottom', 'lower'), `${answer} corner`];
  }
  return type === 'what is' || type === 'which is larger' ? [withArticle(answer)] : [];
}

/** What an honest person may say wrongly or less exactly; a miscount only from four on. */
export function nearMisses({ type, answer, rival }: Question): string[] {
  if (type === 'how many') {
    const number = Number(answer);
    return number >= 4 ? [String(number - 1), String(number + 1)] : [];
  }
  if (type === 'what color') return [...colourMisses[answer]!];
  if (type === 'where is') return answer.includes(' ') ? answer.split(' ') : [];
  if (type === 'what is') return [...(namesOf.get(answer) ?? []), ...answer.split(' of ').slice(1)];
  if (rival !== undefined) return [rival];
  return [answer === 'yes' ? 'no' : 'yes'];
}

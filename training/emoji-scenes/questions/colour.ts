/**
 * "What color is the background?", and of the few things that all styles paint in the same colour.
 */
import { seen } from '../facts.js';
import { classKinds, conceptsOf, families, type Kind } from '../kinds.js';
import type { Maker } from './question.js';

/** Colour of a class in every style; found by counting pixels, as the test does again. */
export const colourOf: ReadonlyMap<number, string> = new Map(
  Object.entries({
    'red-apple': 'red',
    'green-apple': 'green',
    strawberry: 'red',
    tomato: 'red',
    'boxing-glove': 'red',
    lemon: 'yellow',
    cactus: 'green',
    'evergreen-tree': 'green',
    carrot: 'orange',
  }).map(([id, colour]) => [conceptsOf(id)[0]!, colour]),
);

/** What is asked for: the class itself, or the family where the class's name gives the colour away. */
const asked: readonly Kind[] = [
  families.find(({ name }) => name === 'apple')!,
  ...[...colourOf.keys()]
    .map((concept) => classKinds[concept]!)
    .filter(({ name }) => !name.endsWith('apple')),
];

export const colour: Maker = (random, facts) => {
  const background = {
    type: 'what color',
    form: 'background',
    question: random.pick([
      'what color is the background?',
      'what is the color of the background?',
      'which color does the background have?',
      'what color is behind the objects?',
    ]),
    answer: facts.ground.colour,
    about: [],
  } as const;
  const things = asked.flatMap((kind) => {
    const found = seen(facts, kind) ?? [];
    if (found.length !== 1) return [];
    const question = random.pick([
      `what color is the ${kind.name}?`,
      `what is the color of the ${kind.name}?`,
      `which color does the ${kind.name} have?`,
    ]);
    return [
      { ...background, form: 'thing', question, answer: colourOf.get(found[0]!.concept)!, about: found },
    ];
  });
  return [background, ...things];
};

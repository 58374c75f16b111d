/**
 * What questions and statements can be about: every class, some families of classes, and anything at all.
 *
 * A kind also knows what would make a question about it unclear: a poodle where dogs are counted, the symbol of a
 * diamond where diamonds are.
 */
import { classes, concepts } from './concepts.js';

/** A word for things, and which concepts it means. */
export interface Kind {
  readonly name: string;
  readonly plural: string;
  /** Indices of the concepts that it certainly means. */
  readonly members: ReadonlySet<number>;
  /** Indices of the concepts that some would count in. */
  readonly doubtful: ReadonlySet<number>;
}

const indexOf = new Map(concepts.map(({ id }, index) => [id, index]));

/** Indices of the concepts with these ids, given as one string. */
export function conceptsOf(ids: string): number[] {
  return ids.split(' ').flatMap((id) => (id === '' ? [] : [indexOf.get(id)!]));
}

/** Concepts whose names overlap: one of them makes a question about another unclear. */
const alike = [
  'dog-face poodle',
  'automobile police-car taxi ambulance',
  'delivery-truck fire-engine ambulance',
  'fish tropical-fish blowfish',
  'evergreen-tree christmas-tree',
  'sailboat ship',
  'glasses sunglasses',
  'american-football soccer-ball',
  'panda bear',
  'gem-stone large-orange-diamond large-blue-diamond diamond-with-a-dot',
].map(conceptsOf);

/** The kind of class i, for every class. */
export const classKinds: readonly Kind[] = classes.map(({ name, plural }, concept) => {
  const doubtful = alike.filter((family) => family.includes(concept)).flat();
  return {
    name,
    plural,
    members: new Set([concept]),
    doubtful: new Set(doubtful.filter((other) => other !== concept)),
  };
});

const family = (name: string, plural: string, members: string, doubtful = ''): Kind => ({
  name,
  plural,
  members: new Set(conceptsOf(members)),
  doubtful: new Set(conceptsOf(doubtful)),
});

/** The first of the classes, up to the plants; beasts of fable aside. */
const animals = classes
  .slice(0, indexOf.get('rose'))
  .map(({ id }) => id)
  .filter((id) => id !== 'unicorn' && id !== 'dragon')
  .join(' ');

/** Words for several classes. */
export const families: readonly Kind[] = [
  family('animal', 'animals', animals, 'unicorn dragon'),
  family('bird', 'birds', 'rooster baby-chick penguin eagle duck owl'),
  family('flower', 'flowers', 'rose hibiscus sunflower tulip'),
  family('tree', 'trees', 'evergreen-tree palm-tree christmas-tree'),
  family(
    'fruit',
    'fruits',
    'tangerine lemon banana pineapple red-apple green-apple pear peach strawberry',
    'grapes watermelon cherries tomato avocado eggplant ear-of-corn hot-pepper jack-o-lantern',
  ),
  family('apple', 'apples', 'red-apple green-apple'),
  family('fish', 'fish', 'fish tropical-fish blowfish', 'shark dolphin spouting-whale'),
  family(
    'vehicle',
    'vehicles',
    'bus ambulance fire-engine police-car taxi automobile delivery-truck tractor motorcycle',
    'bicycle locomotive sailboat ship airplane helicopter rocket',
  ),
  family('ball', 'balls', 'soccer-ball baseball basketball american-football', 'red-circle'),
  family('shoe', 'shoes', 'running-shoe high-heeled-shoe'),
  family(
    'musical instrument',
    'musical instruments',
    'saxophone trumpet guitar violin drum',
    'bell headphone musical-note',
  ),
];

/** Anything that has a name; clear only in a picture without symbols. */
export const anything: Kind = {
  name: 'object',
  plural: 'objects',
  members: new Set(classes.keys()),
  doubtful: new Set([...concepts.keys()].filter((concept) => concept >= classes.length)),
};

/** Families that certainly hold a concept. */
export function familiesOf(concept: number): Kind[] {
  return families.filter(({ members }) => members.has(concept));
}

/** Classes of the same group as `concept`, as what might be mistaken for it. */
export function siblingsOf(concept: number): readonly Kind[] {
  return siblings.get(concepts[concept]!.group)!;
}

const siblings = new Map(
  classes.map(({ group }) => [group, classKinds.filter((_, concept) => classes[concept]!.group === group)]),
);

/**
 * Where things go: scenes of several objects for retrieval, and pictures of one object for classification.
 *
 * Sizes follow what real photographs have: most objects take a tenth to a quarter of the side, few take more.
 */
import type { SeededRandom } from '../../src/random/seeded.js';
import { classes, concepts } from './concepts.js';
import type { Layout, PlacedObject } from './scene.js';
import type { SpriteKey } from './sprites.js';

/** What may be used in a split. */
export interface Material {
  /** Style indices that have this concept and may appear in the split. */
  readonly stylesOf: readonly (readonly number[])[];
  readonly textureCount: number;
}

/** Which styles have which concept, among those allowed. */
export function materialOf(
  keys: readonly SpriteKey[],
  textureCount: number,
  allowed: (style: number) => boolean,
): Material {
  const stylesOf: number[][] = concepts.map(() => []);
  for (const { concept, style } of keys) if (allowed(style)) stylesOf[concept]!.push(style);
  return { stylesOf, textureCount };
}

const objectCountWeights = [0.1, 0.24, 0.28, 0.22, 0.16];

/** One to five objects, often several of a kind, among distractors on a textured ground. */
export function layOutScene(random: SeededRandom, material: Material): Layout {
  const count = 1 + random.weighted(objectCountWeights);
  const kinds: number[] = [];
  while (kinds.length < count) {
    const concept = random.integer(classes.length);
    if (kinds.includes(concept)) continue;
    const copies = random.chance(0.3) ? 2 + random.integer(2) : 1;
    for (let copy = 0; copy < copies && kinds.length < count; copy++) kinds.push(concept);
  }
  const crowded = random.chance(0.3);
  const placed: PlacedObject[] = scatterDistractors(random, material, random.integer(5));
  const behind = placed.length;
  const shared = random.integer(1000);
  const oneStyle = random.chance(0.3);
  const scale = count >= 4 ? 0.85 : 1;
  for (const concept of random.shuffle(kinds)) {
    const styles = material.stylesOf[concept]!;
    const style = oneStyle ? styles[shared % styles.length]! : random.pick(styles);
    const size = Math.max(0.12, scale * sceneSize(random));
    placed.push(
      place(
        random,
        placed.slice(behind),
        { concept, style, size, distractor: false },
        crowded ? 0.3 : 0.08,
        15,
      ),
    );
  }
  placed.push(...inFront(random, material, placed.slice(behind), random.chance(0.3) ? 1 : 0));
  return { background: background(random, material), objects: placed };
}

/** One object somewhere, turned up to 25 degrees, sometimes partly hidden, with up to four distractors. */
export function layOutSingle(random: SeededRandom, material: Material, concept: number): Layout {
  const style = random.pick(material.stylesOf[concept]!);
  const objects = scatterDistractors(random, material, random.integer(5));
  const size = random.between(0.18, 0.45);
  const main = place(random, [], { concept, style, size, distractor: false }, 1, 25);
  objects.push(main, ...inFront(random, material, [main], random.chance(0.35) ? 1 : 0));
  return { background: background(random, material), objects };
}

/** The share of the smaller square that two squares have in common, rotation left aside. */
export function overlap(a: PlacedObject, b: PlacedObject): number {
  const width = Math.min(a.x + a.size / 2, b.x + b.size / 2) - Math.max(a.x - a.size / 2, b.x - b.size / 2);
  const height = Math.min(a.y + a.size / 2, b.y + b.size / 2) - Math.max(a.y - a.size / 2, b.y - b.size / 2);
  return (Math.max(width, 0) * Math.max(height, 0)) / Math.min(a.size, b.size) ** 2;
}

/** Half the side of the upright square that holds a square turned by `rotation` degrees. */
export function reach(size: number, rotation: number): number {
  const angle = (rotation * Math.PI) / 180;
  return (size / 2) * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)));
}

function sceneSize(random: SeededRandom): number {
  const band = random.weighted([0.25, 0.45, 0.3]);
  return [random.between(0.12, 0.18), random.between(0.18, 0.26), random.between(0.26, 0.4)][band]!;
}

type Unplaced = Pick<PlacedObject, 'concept' | 'style' | 'size' | 'distractor'>;

/** A place inside the frame that hides others by at most `allowed`; the least hidden of 60 tries if none does. */
function place(
  random: SeededRandom,
  others: readonly PlacedObject[],
  object: Unplaced,
  allowed: number,
  tilt: number,
): PlacedObject {
  let best: PlacedObject | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 60 && least > allowed; attempt++) {
    const rotation = rounded(random.between(-tilt, tilt), 1);
    const size = rounded(object.size, 3);
    const margin = reach(size, rotation) + 0.001;
    const x = rounded(random.between(margin, 1 - margin), 3);
    const y = rounded(random.between(margin, 1 - margin), 3);
    const candidate = { ...object, x, y, size, rotation, flip: random.chance(0.5) };
    const hidden = others.reduce((most, other) => Math.max(most, overlap(candidate, other)), 0);
    if (hidden < least) {
      least = hidden;
      best = candidate;
    }
  }
  return best!;
}

function distractor(random: SeededRandom, material: Material, low: number, high: number): Unplaced {
  const concept = classes.length + random.integer(concepts.length - classes.length);
  const style = random.pick(material.stylesOf[concept]!);
  return { concept, style, size: random.between(low, high), distractor: true };
}

function scatterDistractors(random: SeededRandom, material: Material, count: number): PlacedObject[] {
  const placed: PlacedObject[] = [];
  for (let index = 0; index < count; index++) {
    placed.push(place(random, placed, distractor(random, material, 0.07, 0.2), 0.3, 180));
  }
  return placed;
}

/** Small symbols painted over the edge of an object, so that up to about a quarter of it is hidden. */
function inFront(
  random: SeededRandom,
  material: Material,
  objects: readonly PlacedObject[],
  count: number,
): PlacedObject[] {
  return Array.from({ length: count }, () => {
    const target = random.pick(objects);
    const symbol = distractor(random, material, 0.3, 0.5);
    const size = rounded(symbol.size * target.size, 3);
    const rotation = rounded(random.between(-180, 180), 1);
    const angle = random.between(0, 2 * Math.PI);
    const margin = reach(size, rotation) + 0.001;
    const inside = (value: number): number => rounded(Math.min(Math.max(value, margin), 1 - margin), 3);
    const x = inside(target.x + 0.45 * target.size * Math.cos(angle));
    const y = inside(target.y + 0.45 * target.size * Math.sin(angle));
    return { ...symbol, x, y, size, rotation, flip: false };
  });
}

function background(random: SeededRandom, material: Material): Layout['background'] {
  return {
    texture: random.integer(material.textureCount),
    x: rounded(random.uniform(), 3),
    y: rounded(random.uniform(), 3),
    flip: random.chance(0.5),
  };
}

/** Rounded, with plain zero for minus zero, which JSON does not know. */
const rounded = (value: number, digits: number): number =>
  Math.round(value * 10 ** digits) / 10 ** digits + 0;

/**
 * The committed splits: what each holds, which styles it may use, how many samples.
 *
 * Every split has textures of its own. Only `test` uses the held-out style, and nothing else: accuracy on it measures
 * generalisation to another draughtsman's hand; `test-seen` and `val` use the styles of the training data.
 */
import { seededRandom } from '../../src/random/seeded.js';
import { captionScene, captionSingle } from './captions.js';
import { classes } from './concepts.js';
import { groupsOf } from './grammar.js';
import { layOutScene, layOutSingle, type Material } from './layout.js';
import type { Scene } from './scene.js';
import { heldOutStyle } from './styles.js';
import type { TextureName } from './textures.js';

/** Every random choice of the data follows from this seed. */
export const seed = 20260701;

/** Side of the committed pictures in pixels. */
export const pictureSide = 168;

/** One committed split of one of the datasets. */
export interface Split {
  readonly name: string;
  readonly heldOut: boolean;
  readonly samples: number;
  readonly textures: number;
}

export const sceneSplits: readonly Split[] = [
  { name: 'val', heldOut: false, samples: 200, textures: 144 },
  { name: 'test', heldOut: true, samples: 1000, textures: 288 },
];

export const objectSplits: readonly Split[] = [
  { name: 'val', heldOut: false, samples: 2 * classes.length, textures: 144 },
  { name: 'test-seen', heldOut: false, samples: 3 * classes.length, textures: 144 },
  { name: 'test', heldOut: true, samples: 13 * classes.length, textures: 288 },
];

/** Whether a split may use a style. */
export function allows(split: Pick<Split, 'heldOut'>, style: number): boolean {
  return split.heldOut === (style === heldOutStyle);
}

/**
 * The scenes of a retrieval split. No two hold the same objects in the same numbers, so that captions tell them apart;
 * a scene that would repeat an earlier one is laid out again.
 */
export function retrievalScenes(split: Split, material: Material, textures: readonly TextureName[]): Scene[] {
  const seen = new Set<string>();
  return Array.from({ length: split.samples }, (_, id) => {
    for (let attempt = 0; ; attempt++) {
      const random = seededRandom(seed, 'scenes', split.name, id, attempt);
      const layout = layOutScene(random, material);
      const content = groupsOf(layout.objects)
        .map(({ concept, members }) => `${concept}x${members.length}`)
        .sort()
        .join(' ');
      if (seen.has(content)) continue;
      seen.add(content);
      return { id, ...layout, captions: captionScene(random, layout, textures[layout.background.texture]!) };
    }
  });
}

/** The pictures of a classification split, every class equally often, class by class in turn. */
export function objectScenes(split: Split, material: Material, textures: readonly TextureName[]): Scene[] {
  return Array.from({ length: split.samples }, (_, id) => {
    const random = seededRandom(seed, 'objects', split.name, id);
    const layout = layOutSingle(random, material, id % classes.length);
    return { id, ...layout, captions: captionSingle(random, layout, textures[layout.background.texture]!) };
  });
}

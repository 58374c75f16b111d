/**
 * `datasets/emoji-nlvr`: statements about two pictures of emoji-scenes, in BLIP's file format for NLVR2.
 *
 * Source: https://github.com/salesforce/BLIP, `data/nlvr_dataset.py`; identifiers as in https://lil.nlp.cornell.edu/nlvr:
 * split, set, pair, sentence. Both pairs of a set carry the same sentence, once true and once false.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../src/random/seeded.js';
import { committedScenes } from './committed-scenes.js';
import { factsOf } from './facts.js';
import { writeArray } from './lines.js';
import { writeWordManifest } from './manifest.js';
import { type Split, sceneSplits, seed } from './splits.js';
import type { SpriteKey } from './sprites.js';
import { contrast } from './statements/contrast.js';
import { type Pair, poolOf } from './statements/pool.js';

/** How many pairs each split has. */
const pairsOf: Readonly<Record<string, number>> = { val: 300, test: 2000 };

/** One line of the dataset. */
export interface CommittedPair {
  readonly sentence: string;
  readonly label: 'True' | 'False';
  /** The left and the right picture. */
  readonly images: readonly string[];
  readonly identifier: string;
}

/** The pairs of a split, two for each sentence, no sentence twice. */
export function pairsAbout(split: Split, keys: readonly SpriteKey[]): CommittedPair[] {
  const scenes = committedScenes(split, keys);
  const pool = poolOf(scenes.map((scene, id) => ({ id, facts: factsOf(scene, scene.ground) })));
  const said = new Set<string>();
  return Array.from({ length: pairsOf[split.name]! / 2 }, (_, set) => {
    const { sentence, whereTrue, whereFalse } = contrast(split.name, set, pool, said);
    said.add(sentence);
    const names = (pair: Pair): string[] => pair.map(({ id }) => scenes[id]!.filename);
    const sides = [
      { label: 'True', images: names(whereTrue) },
      { label: 'False', images: names(whereFalse) },
    ] as const;
    return seededRandom(seed, 'pairs', split.name, set)
      .shuffle(sides)
      .map((side, pair) => ({ sentence, ...side, identifier: `${split.name}-${set}-${pair}-0` }));
  }).flat();
}

export async function writeNlvr(folder: string, keys: readonly SpriteKey[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const split of sceneSplits) {
    await writeArray(join(folder, `nlvr_${split.name}.json`), pairsAbout(split, keys));
  }
  await writeWordManifest(folder, {
    name: 'emoji-nlvr',
    title: 'EmojiNLVR: statements about two pictures of EmojiScenes, each once true and once false',
    format: 'nlvr2',
    samples: pairsOf,
    layout: { 'nlvr_<split>.json': "sentence, label, left and right picture, in BLIP's format for NLVR2" },
  });
}

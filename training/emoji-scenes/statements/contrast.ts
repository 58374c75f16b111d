/**
 * A sentence with a pair of scenes of which it is true and a pair of which it is false.
 */
import { seededRandom } from '../../../src/random/seeded.js';
import { seed } from '../splits.js';
import { arrangement } from './arrangement.js';
import type { Claim, Template } from './claim.js';
import { counts } from './counts.js';
import type { Pair, Pool } from './pool.js';
import { presence } from './presence.js';

export const templates: readonly Template[] = [...presence, ...counts, ...arrangement];

/** One sentence, two pairs. */
export interface Contrast {
  readonly template: string;
  readonly sentence: string;
  readonly whereTrue: Pair;
  readonly whereFalse: Pair;
}

/** Sentences that are given up for want of a pair before another template is tried. */
const mostProposals = 200;
/** Pairs that are looked at for a sentence. */
const mostPairs = 120;

/**
 * Contrast `number` of a split; templates take turns. Sentences that `refused` holds are not made again.
 */
export function contrast(
  split: string,
  number: number,
  pool: Pool,
  refused: ReadonlySet<string> = new Set(),
): Contrast {
  for (let turn = number; ; turn++) {
    const template = templates[turn % templates.length]!;
    for (let attempt = 0; attempt < mostProposals; attempt++) {
      const random = seededRandom(seed, 'pairs', split, number, turn, attempt);
      const pair = pool.any(random);
      const claim = pair && template.propose(random, pair[0].facts, pair[1].facts);
      if (pair === undefined || claim === undefined || refused.has(claim.sentence)) continue;
      const found = bothWays(claim, pair, () => pool.about(random, claim));
      if (found !== undefined) return { template: template.name, sentence: claim.sentence, ...found };
    }
  }
}

function bothWays(
  { judge }: Pick<Claim, 'judge'>,
  first: Pair,
  next: () => Pair | undefined,
): Pick<Contrast, 'whereTrue' | 'whereFalse'> | undefined {
  let whereTrue: Pair | undefined;
  let whereFalse: Pair | undefined;
  let pair: Pair | undefined = first;
  for (let look = 0; look < mostPairs; look++) {
    const label = pair && judge(pair[0].facts, pair[1].facts);
    if (label === true) whereTrue ??= pair;
    if (label === false) whereFalse ??= pair;
    if (whereTrue !== undefined && whereFalse !== undefined) return { whereTrue, whereFalse };
    pair = next();
  }
  return undefined;
}

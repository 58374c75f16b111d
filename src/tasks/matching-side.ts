/**
 * The second stage of retrieval: image and text read together, for the pairs that the first stage finds most similar.
 *
 * Source: `train_retrieval.py` of github.com/salesforce/BLIP: the score of a pair is its matching logit plus its similarity, and −100 for pairs that are not
 * matched; `[ENC]` leads the texts. All texts are padded to one length, so that no score depends on its batch.
 */
import { tensorData } from '../engines/index.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { TextMerging } from '../reduction/text-merging.js';
import type { TaskSetting } from './task.js';
import type { TextRows } from './text-batch.js';

/** Score of a pair that the first stage left out. */
export const NOT_MATCHED = -100;
/** Pairs in one pass. */
const AT_ONCE = 32;

export interface Matcher {
  /**
   * Logits of a match.
   *
   * @param image of each pair, its tokens [N, C] flat @param texts of each pair, its position among the texts
   */
  match(images: readonly Float32Array[], texts: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface MatcherOptions extends TaskSetting {
  readonly texts: TextRows;
  readonly imageTokens: number;
  readonly crossModal: CrossModal | null;
  readonly textMerging: TextMerging | null;
}

export async function openMatcher(options: MatcherOptions): Promise<Matcher> {
  const { model, engine, texts, imageTokens, crossModal, textMerging } = options;
  const part = {
    ...{ sequenceLength: texts.length, imageTokens, crossModal, textMerging },
    outputs: ['itm_score'],
  };
  const session = await engine.createSession(model.buildPart('match', part), options.session);
  return {
    async match(images, positions) {
      const logits = new Float32Array(positions.length);
      for (let from = 0; from < positions.length; from += AT_ONCE) {
        const some = positions.slice(from, from + AT_ONCE);
        const { ids, mask } = texts.batch(some);
        const size = images[from]!.length;
        const states = new Float32Array(some.length * size);
        some.forEach((_, row) => {
          states.set(images[from + row]!, row * size);
        });
        const { itm_score: scores } = await session.run({
          input_ids: ids,
          attention_mask: mask,
          encoder_hidden_states: tensorData(states, [some.length, imageTokens, size / imageTokens]),
        });
        some.forEach((_, row) => {
          logits[from + row] = Number(scores!.data[2 * row + 1]);
        });
      }
      return logits;
    },
    release: () => session.release(),
  };
}

/** Positions of the `count` largest values; the lower position first among equals. */
export function mostSimilar(row: Float32Array, count: number): number[] {
  return [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, count);
}

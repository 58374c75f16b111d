/**
 * Merging of text tokens inside a text encoder: the same method on the other modality, since Turbo (arXiv 2312.07408) asks nothing of a token but keys and attention.
 *
 * Texts of one batch have different lengths, and what becomes of one does not depend on how far it was padded: its own words are its sources and destinations,
 * by their places in the text, and half of those behind the first one are the most that it gives up. The batch loses `r` tokens all the same: where a text has too few
 * sources, the others are padding, which goes to padding where there is any, and weighs nothing wherever it goes. Behind every merging the words come first again, in
 * the order that they would have alone, so that the next layer finds the same partition.
 * The first token (`[CLS]`, `[ENC]`) stays and stays first.
 */
import { z } from 'zod';
import * as g from '../graph/index.js';
import type { Tensor } from '../graph/tensor.js';
import { LAMBDA } from './information-degree.js';
import { matchTokens } from './matching.js';
import { flattenTokens, mergeTokens, rowOffsets } from './merge.js';
import { clipToTokens } from './merging-plan.js';
import { alternating } from './partition.js';
import { bestDestinations, keyMetric, unitRows } from './redundancy.js';
import { classAttention } from './semantic-value.js';

export const TextTokensPerLayer = z
  .int()
  .min(1)
  .describe(
    "Text tokens to merge in each layer of a text encoder that looks at the image (tasks vqa, nlvr2, and retrieval with rerank), by the method's α.",
  );

export interface TextMerging {
  /** Tokens asked of each layer. */
  readonly perLayer: number;
  /** Weight of the semantic value; 0 is ToMe. */
  readonly alpha: number;
}

/** The text part of a reduction; null where it has none. */
export function textMergingOf(reduction: Readonly<Record<string, unknown>>): TextMerging | null {
  const { textTokensPerLayer: perLayer, alpha = 0 } = reduction;
  return typeof perLayer === 'number' ? { perLayer, alpha: alpha as number } : null;
}

/** The text between attention and perceptron of a layer. */
export interface TextState {
  /** [batch, T, C] */
  readonly hidden: Tensor;
  /** [batch, T, C], heads side by side, not scaled. */
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly heads: number;
  /** [batch, T, 1], null while all are 1. */
  readonly sizes: Tensor | null;
  /** [batch, T] int64, 0 for padding, which follows the words. */
  readonly mask: Tensor;
}

/** A score below that of every word. */
const LAST = 1e4;
/** Size of padding: lost beside a word in float32, and still a number to divide by. */
const WEIGHTLESS = 1e-30;
/** A logit that softmax makes an exact 0. */
const EXCLUDED = -1e9;

/** The text with up to `perLayer` tokens fewer: half of those behind the first one at most; words come first. */
export function mergeTextTokens(
  state: TextState,
  { perLayer, alpha }: TextMerging,
): Pick<TextState, 'hidden' | 'sizes' | 'mask'> {
  const { queries, keys, heads, mask } = state;
  const tokens = state.hidden.shape[1] as number;
  const r = clipToTokens(perLayer, tokens, 1);
  if (r === 0) return state;
  const partition = alternating(tokens);
  const words = g.unsqueeze(g.cast(mask, 'float32'), [2]);
  const hidden = g.mul(state.hidden, words);
  const sizes = state.sizes ?? g.add(words, g.mul(g.sub(1, words), WEIGHTLESS));
  const best = bestDestinations(apartFromPadding(unitRows(keyMetric(keys, heads)), words), partition);
  const mergeable = g.integers(partition.sources.slice(1));
  const ofSources = (x: Tensor): Tensor => g.gather(x, mergeable, { axis: 1 });
  const redundancy = g.slice(best.redundancy, { starts: [1], ends: [partition.sources.length], axes: [1] });
  const padding = g.sub(1, g.squeeze(words, [2]));
  let score = g.sub(redundancy, g.mul(ofSources(padding), LAST));
  if (alpha !== 0) {
    const bias = g.add(g.mul(g.sub(1, words), EXCLUDED), g.log(sizes));
    const semantic = classAttention(queries, keys, heads, bias);
    score = g.sub(score, g.mul(ofSources(semantic), alpha * LAMBDA));
  }
  const matching = matchTokens({ score, candidates: null }, best.destination, {
    ...{ partition, r, classToken: true, distillationToken: false },
  });
  const merged = mergeTokens(matching, hidden, sizes);
  const kept = mergeTokens(matching, words, sizes).hidden;
  const rows = wordsFirst(kept);
  const ordered = (x: Tensor): Tensor => g.gather(flattenTokens(x), rows);
  return {
    hidden: ordered(merged.hidden),
    sizes: ordered(merged.sizes),
    mask: g.cast(g.squeeze(ordered(kept), [2]), 'int64'),
  };
}

/**
 * Rows of the flattened tokens: words before padding, otherwise in their order.
 *
 * @param words [batch, T, 1], 0 for padding
 * @returns [batch, T] int64
 */
function wordsFirst(words: Tensor): Tensor {
  const tokens = words.shape[1] as number;
  // No two keys are equal, so that no device may change the order.
  const earlierFirst = Array.from({ length: tokens }, (_, position) => tokens - position);
  const keys = g.add(g.mul(g.squeeze(words, [2]), tokens), g.floats(earlierFirst, [1, tokens]));
  return g.add(g.topK(keys, tokens, { axis: 1 }).indices, rowOffsets(words));
}

/**
 * Two more columns, so that products are cos + 1 between words, 1 within padding and 0 across.
 *
 * @param unit [batch, T, d], rows of unit length @param words [batch, T, 1], 0 for padding
 */
function apartFromPadding(unit: Tensor, words: Tensor): Tensor {
  return g.concat([g.mul(unit, words), words, g.sub(1, words)], { axis: 2 });
}

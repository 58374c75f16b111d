/**
 * Semantic value inside a diffusion network. The attention of a block has not been computed yet when its tokens must be merged, so
 * that it has to be estimated.
 *
 * Source: Turbo (arXiv 2312.07408, section 3.3) for what S is; the estimators are this project's, compared in
 * `experiments/ablations/diffusion-semantic.yaml`. Each gives one number per token that add up to 1 over the tokens of a picture.
 */
import { z } from 'zod';
import * as g from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { receivedAttention } from '../semantic-value.js';
import type { DiffusionBlockState } from './block-plan.js';

export const SemanticEstimator = z
  .enum(['sampled-queries', 'previous-block', 'previous-step', 'cross-attention', 'none'])
  .describe(
    'Where the semantic value comes from. sampled-queries: attention that every k-th token pays; previous-block: the same, computed once per level; previous-step: the same, computed at every refresh-th step; cross-attention: what a token pays to the words of the prompt; none: tomesd.',
  );
export type SemanticEstimator = z.infer<typeof SemanticEstimator>;

const SMALLEST_TOTAL = 1e-12;

const SMALLEST_STRIDE = 8;
/** The map of heads × queries × tokens goes through memory; with so many queries it costs less than merging saves, at 4,096 tokens too. */
const MOST_QUERIES = 128;

/** Every eighth of N tokens, or every k-th for the smallest k that leaves no more than 128 queries. */
export function defaultQueryStride(tokens: number): number {
  return Math.max(SMALLEST_STRIDE, Math.ceil(tokens / MOST_QUERIES));
}

/**
 * Attention that the tokens 0, k, 2k, … pay to every token, mean over heads and these queries: [batch, N].
 *
 * Costs ⌈N/k⌉·N·C multiply-adds and the keys of all tokens.
 *
 * @param k of these tokens; `defaultQueryStride` where it is not given
 */
export function sampledQueries(
  { selfAttention, heads, hidden }: DiffusionBlockState,
  k: number | undefined,
): Tensor {
  const normed = selfAttention.normed();
  const tokens = hidden.shape[1] as number;
  const stride = k ?? defaultQueryStride(tokens);
  const sampled = Array.from({ length: Math.ceil(tokens / stride) }, (_, at) => at * stride);
  const queries = selfAttention.queries(g.gather(normed, g.integers(sampled), { axis: 1 }));
  return receivedAttention(probabilities(queries, selfAttention.keys(), heads));
}

/**
 * Attention that a token pays to the words of the prompt, mean over heads, as a share of what all tokens pay: [batch, N]; 0
 * everywhere for an empty prompt.
 *
 * Costs N·T·C multiply-adds, T tokens of text.
 *
 * @param content [batch, T] float32: 1 behind the start token and before the first end token
 */
export function contentAttention({ crossAttention, heads }: DiffusionBlockState, content: Tensor): Tensor {
  const queries = crossAttention.queries(crossAttention.normed());
  const weights = probabilities(queries, crossAttention.keys(), heads);
  const byHead = g.squeeze(g.matMul(weights, g.unsqueeze(content, [1, 3])), [3]);
  const mass = g.reduceMean(byHead, { axes: [1], keepdims: false });
  const total = g.reduceSum(mass, { axes: [1] });
  return g.div(mass, g.max(total, SMALLEST_TOTAL));
}

/** softmax(q·k/√d): [batch, heads, n, M] of queries [batch, n, C] and keys [batch, M, C]. */
function probabilities(queries: Tensor, keys: Tensor, heads: number): Tensor {
  const byHead = (x: Tensor, order: readonly number[]): Tensor => {
    const [batch, tokens, width] = x.shape;
    return g.transpose(g.reshape(x, [batch!, tokens!, heads, (width as number) / heads]), order);
  };
  const scale = 1 / Math.sqrt((queries.shape[2] as number) / heads);
  const logits = g.matMul(byHead(g.mul(queries, scale), [0, 2, 1, 3]), byHead(keys, [0, 2, 3, 1]));
  return g.softmax(logits, { axis: -1 });
}

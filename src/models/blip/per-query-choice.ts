/**
 * Image tokens chosen anew at every decoding step, by each beam for itself: how the authors' code of Turbo behaves with a cache.
 */
import { expand, multiplyDimensions, reduceSum, reshape, unsqueeze } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { keepAttended } from '../../reduction/cross-modal.js';
import type { ImageTokens } from './image-tokens.js';

/**
 * @param image [batch, N, C'] shared by all queries, or [batch, T, N, C']
 * @param weights [batch, heads, T, N], softmax rows of a cross-attention
 * @returns rows [batch, T, keep, C'], for each query the tokens that its own attention weighs most
 */
export function chooseForEveryQuery(image: Tensor, weights: Tensor, keep: number): ImageTokens {
  const [batch, , queries, tokens] = weights.shape as [Tensor['shape'][number], number, number, number];
  const width = image.shape.at(-1)!;
  const own =
    image.shape.length === 4 ? image : expand(unsqueeze(image, [1]), [batch, queries, tokens, width]);
  if (keep >= tokens) return { rows: own, columns: null };
  const rows = multiplyDimensions(batch, queries)!;
  const mass = reshape(reduceSum(weights, { axes: [1], keepdims: false }), [rows, tokens]);
  const { kept } = keepAttended(reshape(own, [rows, tokens, width]), mass, keep);
  return { rows: reshape(kept, [batch, queries, keep, width]), columns: null };
}

/** A transformer block without weights, and merging as it usually is. */
import { BATCH, input } from '../../../src/graph/index.js';
import type { DiffusionBlockState } from '../../../src/reduction/diffusion/block-plan.js';
import type { DiffusionMergingOptions } from '../../../src/reduction/diffusion/diffusion-merging.js';

/** Of a token. */
export const width = 6;

export const usual: DiffusionMergingOptions = {
  ...{ ratio: 0.5, maxDownsample: 1, strideX: 2, strideY: 2, partition: 'top-left', seed: 3 },
  ...{ mergeAttention: true, mergeCrossAttention: false, mergeMlp: false, metric: 'hidden-states' },
  ...{ semantic: 'sampled-queries', queryStride: 2, combine: 'additive', alpha: 1, beta: 1, gamma: 0 },
  proportionalAttention: true,
};

/** A block whose queries and keys are its tokens. */
export function stateOf(rows: number, columns: number): DiffusionBlockState {
  const hidden = input('hidden', 'float32', [BATCH, rows * columns, width]);
  const view = { normed: () => hidden, queries: (tokens: typeof hidden) => tokens, keys: () => hidden };
  return {
    ...{ block: 0, level: 0, hidden, rows, columns, latentTokens: rows * columns, heads: 2 },
    ...{ selfAttention: view, crossAttention: view },
  };
}

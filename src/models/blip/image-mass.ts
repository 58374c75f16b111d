/** How much attention every image token receives from a text, over all layers: where the text looks. */
import { add, cast, gatherElements, mul, scatterElements } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { attentionMass } from '../../reduction/cross-modal.js';
import type { LayerAttention } from './text-model.js';

export interface MassByImageToken {
  /** @param weights [batch, heads, T, N_i] of one layer, the layers in their order */
  add(seen: LayerAttention, weights: Tensor, textMask: Tensor | null): void;
  /** [batch, N]; a token that was let go receives nothing from then on. */
  total(): Tensor | null;
}

export function massByImageToken(): MassByImageToken {
  let sum: Tensor | null = null;
  /** Of the tokens that are left, their places among the first ones. */
  let places: Tensor | null = null;
  return {
    add({ kept }, weights, textMask) {
      if (kept !== null) places = places === null ? kept : gatherElements(places, kept, { axis: 1 });
      const mass = attentionMass(
        weights,
        'all-queries',
        textMask === null ? null : cast(textMask, 'float32'),
      );
      if (sum === null) {
        sum = mass;
        return;
      }
      sum = add(sum, places === null ? mass : scatterElements(mul(sum, 0), places, mass, { axis: 1 }));
    },
    total: () => sum,
  };
}

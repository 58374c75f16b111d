/**
 * CLIP's text tower: causal attention, and the embedding taken at the end-of-text token.
 *
 * Source: `CLIPTextTransformer` in `modeling_clip.py` of transformers.
 */
import { argMax, cast, equal, gatherND, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { project, takeLinear } from '../blocks/linear.js';
import { causalLogits } from '../blocks/masks.js';
import { textTower, unitRows } from '../blocks/text-tower.js';
import type { TextNetwork } from '../network.js';
import type { ClipConfig } from './config.js';

/** `eos_token_id` of configs written before the field was right; their models pool at the largest token id. */
const legacyEosTokenId = 2;

export function clipText({ text: config, projection_dim: projected }: ClipConfig): TextNetwork {
  return {
    maxLength: config.max_position_embeddings,
    takesAttentionMask: true,
    build(parameters, { inputIds, attentionMask }) {
      const mask = withScope('text / embeddings', () =>
        causalLogits(inputIds.shape[1] as number, attentionMask),
      );
      const hidden = textTower(inputIds, mask, config, parameters);
      const projection = takeLinear(parameters, 'text_projection', {
        inputs: config.hidden_size,
        outputs: projected,
        bias: false,
      });
      const pooled = (): Tensor =>
        withScope('text / head', () =>
          gatherND(hidden, endOfText(inputIds, config.eos_token_id), { batchDims: 1 }),
        );
      return {
        text_last_hidden_state: () => hidden,
        text_pooler_output: pooled,
        text_embeds: () => {
          const end = pooled();
          return withScope('text / head', () => unitRows(project(end, projection)));
        },
      };
    },
  };
}

/** Position of the end-of-text token in every text, [batch, 1] int64; the first one if there are several. */
export function endOfText(inputIds: Tensor, eosTokenId: number): Tensor {
  const ranked =
    eosTokenId === legacyEosTokenId ? cast(inputIds, 'int32') : cast(equal(inputIds, eosTokenId), 'int32');
  return argMax(ranked, { axis: 1, keepdims: true });
}

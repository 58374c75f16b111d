/** The text encoder of CLIP and SigLIP: tokens and positions, pre-norm blocks, a final norm; never reduced. */
import { add, div, gather, reduceL2, slice, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';
import { defaultSizeBias } from './attention.js';
import { type ClipTowerConfig, takeClipBlock } from './clip-layer.js';
import { encoderBlock } from './encoder-block.js';
import { normalize, takeNorm } from './normalization.js';

export interface TextTowerConfig extends ClipTowerConfig {
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
}

/**
 * @param inputIds [batch, T] int64
 * @param mask added to the attention logits, [batch or 1, 1, T, T], or null
 * @returns [batch, T, C] after the final norm
 */
export function textTower(
  inputIds: Tensor,
  mask: Tensor | null,
  config: TextTowerConfig,
  parameters: Parameters,
): Tensor {
  const { hidden_size: width, max_position_embeddings: positionCount } = config;
  const prefix = 'text_model';
  let hidden = withScope('text / embeddings', () => {
    const tokenTable = parameters.take(`${prefix}.embeddings.token_embedding.weight`, [
      config.vocab_size,
      width,
    ]);
    const positionTable = parameters.take(`${prefix}.embeddings.position_embedding.weight`, [
      positionCount,
      width,
    ]);
    const length = inputIds.shape[1] as number;
    const positions = slice(positionTable, { starts: [0], ends: [length], axes: [0] });
    return add(gather(tokenTable, inputIds), positions);
  });
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const block = takeClipBlock(parameters, `${prefix}.encoder.layers.${layer}`, config);
    hidden = withScope(
      'text',
      () =>
        encoderBlock(hidden, block, {
          layer,
          heads: config.num_attention_heads,
          sizes: null,
          mask,
          reducer: null,
          sizeBias: defaultSizeBias,
          leadingRows: null,
        }).hidden,
    );
  }
  const norm = takeNorm(parameters, `${prefix}.final_layer_norm`, width, config.layer_norm_eps);
  return withScope('text / head', () => normalize(hidden, norm));
}

/** Rows scaled to unit length, [batch, C]. */
export function unitRows(x: Tensor): Tensor {
  return div(x, reduceL2(x, { axes: [-1] }));
}

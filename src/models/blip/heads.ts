/**
 * What BLIP's text states are turned into: words, a match, a place in the shared space.
 *
 * Source: `modeling_blip_text.py` and `modeling_blip.py` of transformers.
 */
import { gelu, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { project, takeLinear } from '../blocks/linear.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { unitRows } from '../blocks/text-tower.js';
import type { Parameters } from '../parameters.js';
import type { BlipText } from './config.js';

/**
 * Logits over the vocabulary, […, C] → […, vocabulary]. The last layer is the table of the word embeddings, with a bias of its own;
 * `predictions.decoder.*`, which some files repeat, is not read.
 */
export function wordLogits(config: BlipText, parameters: Parameters, states: Tensor): Tensor {
  const { hidden_size: width, vocab_size: vocabulary, layer_norm_eps: epsilon } = config;
  const name = 'text_decoder.cls.predictions';
  const dense = takeLinear(parameters, `${name}.transform.dense`, { inputs: width, outputs: width });
  const norm = takeNorm(parameters, `${name}.transform.LayerNorm`, width, epsilon);
  const words = parameters.take('text_decoder.bert.embeddings.word_embeddings.weight', [vocabulary, width]);
  const bias = parameters.take(`${name}.bias`, [vocabulary]);
  return withScope('head', () =>
    project(normalize(gelu(project(states, dense)), norm), { weight: words, bias }),
  );
}

/** A row projected into the space that image and text share, of unit length: [batch, C] → [batch, projected]. */
export function sharedSpace(
  parameters: Parameters,
  name: 'vision_proj' | 'text_proj',
  row: Tensor,
  projected: number,
): Tensor {
  const projection = takeLinear(parameters, name, { inputs: row.shape.at(-1) as number, outputs: projected });
  return withScope('head', () => unitRows(project(row, projection)));
}

/** (no match, match) from the first text token: [batch, C] → [batch, 2]. */
export function matchLogits(parameters: Parameters, row: Tensor): Tensor {
  const head = takeLinear(parameters, 'itm_head', { inputs: row.shape.at(-1) as number, outputs: 2 });
  return withScope('head', () => project(row, head));
}

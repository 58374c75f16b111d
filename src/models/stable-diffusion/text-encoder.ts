/**
 * The text encoder of Stable Diffusion: CLIP's text tower alone, without its projection.
 *
 * Source: `CLIPTextModel` of transformers; `encode_prompt` of diffusers' `StableDiffusionPipeline`. The U-Net reads the states behind the final norm;
 * only what comes later is masked, so padding is attended to.
 */
import { BATCH, gatherND, graph, input, withScope } from '../../graph/index.js';
import type { Graph } from '../../graph/tensor.js';
import { causalLogits } from '../blocks/masks.js';
import { textTower } from '../blocks/text-tower.js';
import type { ClipTextConfig } from '../clip/config.js';
import { endOfText } from '../clip/text.js';
import type { HasParameter, Parameters } from '../parameters.js';

export interface TextEncoderOptions {
  readonly sequenceLength: number;
  /** Layers at the end that are passed over, as diffusers' `clip_skip` counts them; 0 for none. */
  readonly clipSkip: number;
}

/**
 * Input `input_ids` [batch, T] int64; outputs `last_hidden_state` [batch, T, C] behind the final norm and, where no layer is skipped,
 * `pooler_output` [batch, C], its row at the first end token.
 */
export function textEncoderGraph(
  config: ClipTextConfig,
  parameters: Parameters,
  { sequenceLength, clipSkip }: TextEncoderOptions,
): Graph {
  const inputIds = input('input_ids', 'int64', [BATCH, sequenceLength]);
  const mask = withScope('text / embeddings', () => causalLogits(sequenceLength, null));
  const layers = config.num_hidden_layers - clipSkip;
  const hidden = textTower(inputIds, mask, { ...config, num_hidden_layers: layers }, parameters);
  if (clipSkip > 0) return graph('text encoder', [inputIds], { last_hidden_state: hidden });
  const pooled = withScope('text / head', () =>
    gatherND(hidden, endOfText(inputIds, config.eos_token_id), { batchDims: 1 }),
  );
  return graph('text encoder', [inputIds], { last_hidden_state: hidden, pooler_output: pooled });
}

const prefix = 'text_model.';

/** Takes by the published names, `text_model.…`, what transformers 5 writes without that prefix. */
export function underTextNames(parameters: Parameters, has: HasParameter): Parameters {
  const table = 'embeddings.token_embedding.weight';
  if (has(`${prefix}${table}`) || !has(table)) return parameters;
  const named = (name: string): string => name.slice(prefix.length);
  return {
    take: (name, shape) => parameters.take(named(name), shape),
    values: (name, shape) => parameters.values(named(name), shape),
  };
}

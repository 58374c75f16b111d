/** Encoder blocks under the names of CLIP and SigLIP, in both towers. */
import type { Activation } from '../config.js';
import type { Parameters } from '../parameters.js';
import type { EncoderBlock } from './encoder-block.js';
import { takeLinear } from './linear.js';
import { takePerceptron } from './mlp.js';
import { takeNorm } from './normalization.js';

/** Fields that the towers' configs share. */
export interface ClipTowerConfig {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly hidden_act: Activation;
  readonly layer_norm_eps: number;
}

/** Takes the parameters of `<name>`, such as `vision_model.encoder.layers.0`. */
export function takeClipBlock(parameters: Parameters, name: string, config: ClipTowerConfig): EncoderBlock {
  const { hidden_size: width, intermediate_size: hidden, hidden_act: activation } = config;
  const epsilon = config.layer_norm_eps;
  const side = { inputs: width, outputs: width };
  return {
    attentionNorm: takeNorm(parameters, `${name}.layer_norm1`, width, epsilon),
    query: takeLinear(parameters, `${name}.self_attn.q_proj`, side),
    key: takeLinear(parameters, `${name}.self_attn.k_proj`, side),
    value: takeLinear(parameters, `${name}.self_attn.v_proj`, side),
    output: takeLinear(parameters, `${name}.self_attn.out_proj`, side),
    attentionScale: null,
    mlpNorm: takeNorm(parameters, `${name}.layer_norm2`, width, epsilon),
    mlp: takePerceptron(parameters, `${name}.mlp`, { width, hidden, activation }),
    mlpScale: null,
  };
}

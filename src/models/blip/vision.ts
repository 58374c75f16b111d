/**
 * The image encoder of BLIP: a ViT with query, key and value in one layer.
 *
 * Source: BLIP (arXiv 2201.12086); `modeling_blip.py` of transformers.
 */
import { slice, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { embedImage } from '../blocks/embeddings.js';
import type { EncoderBlock } from '../blocks/encoder-block.js';
import { type Linear, takeLinear } from '../blocks/linear.js';
import { takePerceptron } from '../blocks/mlp.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { runBlocks, tokenAt } from '../blocks/vision-tower.js';
import type { VisionFeatures, VisionRequest } from '../network.js';
import type { Parameters } from '../parameters.js';
import type { BlipVision } from './config.js';

/**
 * Outputs `last_hidden_state` [batch, N', C] after the final norm, which is what the text side attends to, `pooler_output` (the class
 * token after that norm once more, as transformers has it) and `token_sizes`. Nothing about sizes reaches the text side.
 */
export function blipVision(
  config: BlipVision,
  parameters: Parameters,
  request: VisionRequest,
): VisionFeatures {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const tokens = withScope('embeddings', () => embed(config, parameters, request));
  const { hidden, tokenSizes, trace } = runBlocks(tokens, (layer) => takeBlock(config, layer, parameters), {
    layerCount: config.num_hidden_layers,
    heads: config.num_attention_heads,
    ...request,
  });
  const norm = takeNorm(parameters, 'vision_model.post_layernorm', width, epsilon);
  const states = withScope('head', () => normalize(hidden, norm));
  return {
    outputs: {
      last_hidden_state: () => states,
      pooler_output: () => withScope('head', () => normalize(tokenAt(states, 0), norm)),
      token_sizes: tokenSizes,
    },
    trace,
  };
}

function embed(config: BlipVision, parameters: Parameters, request: VisionRequest): Tensor {
  const name = 'vision_model.embeddings';
  const stored = {
    patches: `${name}.patch_embedding`,
    leading: [`${name}.class_embedding`],
    positions: `${name}.position_embedding`,
    hasBatchAxis: true,
  };
  return embedImage(config, stored, parameters, request);
}

function takeBlock(config: BlipVision, layer: number, parameters: Parameters): EncoderBlock {
  const { hidden_size: width, intermediate_size: hidden, layer_norm_eps: epsilon } = config;
  const name = `vision_model.encoder.layers.${layer}`;
  const together = takeLinear(parameters, `${name}.self_attn.qkv`, { inputs: width, outputs: 3 * width });
  return {
    attentionNorm: takeNorm(parameters, `${name}.layer_norm1`, width, epsilon),
    ...withScope(`block ${layer} / attention`, () => ({
      query: part(together, 0, width),
      key: part(together, 1, width),
      value: part(together, 2, width),
    })),
    output: takeLinear(parameters, `${name}.self_attn.projection`, { inputs: width, outputs: width }),
    attentionScale: null,
    mlpNorm: takeNorm(parameters, `${name}.layer_norm2`, width, epsilon),
    mlp: takePerceptron(parameters, `${name}.mlp`, { width, hidden, activation: config.hidden_act }),
    mlpScale: null,
  };
}

/** The outputs `index · width` and following of a layer; an engine cuts the weight when it loads the graph, not when it runs. */
function part({ weight, bias }: Linear, index: number, width: number): Linear {
  const rows = { starts: [index * width], ends: [(index + 1) * width], axes: [0] };
  return { weight: slice(weight, rows), bias: bias && slice(bias, rows) };
}

/**
 * The encoder that ViT and DeiT share: patches behind one or two leading tokens, pre-norm blocks, a final norm.
 *
 * Source: An Image is Worth 16x16 Words (arXiv 2010.11929) and DeiT (arXiv 2012.12877); tensor names of `modeling_vit.py`.
 */
import { tanh, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { embedImage, type StoredEmbedding } from '../blocks/embeddings.js';
import type { EncoderBlock } from '../blocks/encoder-block.js';
import { project, takeLinear } from '../blocks/linear.js';
import { perceptron } from '../blocks/mlp.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { runBlocks, type TowerResult, tokenAt } from '../blocks/vision-tower.js';
import { takeVitAttention } from '../blocks/vit-attention.js';
import type { VisionRequest } from '../network.js';
import type { HasParameter, Parameters } from '../parameters.js';
import type { VitConfig } from './config.js';

/** Tokens in front of the patches, by their names in the checkpoint. */
export type LeadingTokens = readonly ['cls_token'] | readonly ['cls_token', 'distillation_token'];

/** `vit.` where the checkpoint was saved with a head, nothing where the bare encoder was. */
export function encoderPrefix(prefix: string, has: HasParameter): string {
  return has(`${prefix}embeddings.cls_token`) || !has('embeddings.cls_token') ? prefix : '';
}

/** Names of ViT, DeiT and DINOv2. */
export function vitEmbedding(prefix: string, leading: LeadingTokens): StoredEmbedding {
  return {
    patches: `${prefix}embeddings.patch_embeddings.projection`,
    leading: leading.map((name) => `${prefix}embeddings.${name}`),
    positions: `${prefix}embeddings.position_embeddings`,
    hasBatchAxis: true,
  };
}

/** Tokens after the last block, and the final norm to be applied to those that are wanted. */
export function vitEncoder(
  config: VitConfig,
  leading: LeadingTokens,
  prefix: string,
  parameters: Parameters,
  request: VisionRequest,
): TowerResult & { finalNorm: (x: Tensor) => Tensor } {
  const { hidden_size: width } = config;
  const tokens = withScope('embeddings', () =>
    embedImage(config, vitEmbedding(prefix, leading), parameters, request),
  );
  const blockAt = (layer: number): EncoderBlock =>
    vitBlock(config, `${prefix}encoder.layer.${layer}`, parameters);
  const tower = runBlocks(tokens, blockAt, {
    layerCount: config.num_hidden_layers,
    heads: config.num_attention_heads,
    ...request,
  });
  const norm = takeNorm(parameters, `${prefix}layernorm`, width, config.layer_norm_eps);
  return { ...tower, finalNorm: (x) => withScope('head', () => normalize(x, norm)) };
}

function vitBlock(config: VitConfig, name: string, parameters: Parameters): EncoderBlock {
  const { hidden_size: width, intermediate_size: hidden, layer_norm_eps: epsilon } = config;
  return {
    ...takeVitAttention(parameters, `${name}.attention`, width, config.qkv_bias),
    attentionNorm: takeNorm(parameters, `${name}.layernorm_before`, width, epsilon),
    attentionScale: null,
    mlpNorm: takeNorm(parameters, `${name}.layernorm_after`, width, epsilon),
    mlp: perceptron(
      takeLinear(parameters, `${name}.intermediate.dense`, { inputs: width, outputs: hidden }),
      takeLinear(parameters, `${name}.output.dense`, { inputs: hidden, outputs: width }),
      config.hidden_act,
    ),
    mlpScale: null,
  };
}

/** Linear and tanh on the normalised class token, for checkpoints that bring it: [batch, C]. */
export function vitPooler(
  config: VitConfig,
  prefix: string,
  parameters: Parameters,
  normalizedClass: Tensor,
): Tensor {
  const outputs = config.pooler_output_size ?? config.hidden_size;
  const dense = takeLinear(parameters, `${prefix}pooler.dense`, { inputs: config.hidden_size, outputs });
  return withScope('head', () => tanh(project(normalizedClass, dense)));
}

/** Row `position` after the final norm, which acts on each row alone: [batch, C]. */
export function normalizedRow(
  encoder: { readonly hidden: Tensor; readonly finalNorm: (x: Tensor) => Tensor },
  position: number,
): Tensor {
  return encoder.finalNorm(withScope('head', () => tokenAt(encoder.hidden, position)));
}

/**
 * SigLIP: two towers without class token, trained with a sigmoid loss.
 *
 * Source: Sigmoid Loss for Language Image Pre-Training (arXiv 2303.15343); `modeling_siglip.py` of transformers.
 */
import { withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { takeClipBlock } from '../blocks/clip-layer.js';
import { embedImage } from '../blocks/embeddings.js';
import { project, takeLinear } from '../blocks/linear.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { textTower, unitRows } from '../blocks/text-tower.js';
import { runBlocks, tokenAt } from '../blocks/vision-tower.js';
import { defineFamily, type TextNetwork, type VisionFeatures, type VisionRequest } from '../network.js';
import type { Parameters } from '../parameters.js';
import { visionShape } from '../vision-shape.js';
import { SiglipConfig, type SiglipTextConfig, type SiglipVisionConfig } from './config.js';
import { takePoolingHead } from './pooling-head.js';

export const siglip = defineFamily({
  name: 'siglip',
  modelType: 'siglip',
  architectures: ['SiglipModel'],
  schema: SiglipConfig,
  network({ text, vision }, architecture) {
    return {
      architecture,
      ...visionShape(vision, 0),
      labels: null,
      leadingRowsRead: {},
      vision: (parameters, request) => siglipVision(vision, parameters, request),
      text: siglipText(text),
      similarity: (parameters) => ({
        logitScale: Math.exp(parameters.values('logit_scale', [1])[0]!),
        logitBias: parameters.values('logit_bias', [1])[0]!,
      }),
    };
  },
});

function siglipVision(
  config: SiglipVisionConfig,
  parameters: Parameters,
  request: VisionRequest,
): VisionFeatures {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const tokens = withScope('embeddings', () => embed(config, parameters, request));
  const { hidden, sizes, tokenSizes, trace } = runBlocks(
    tokens,
    (layer) => takeClipBlock(parameters, `vision_model.encoder.layers.${layer}`, config),
    { layerCount: config.num_hidden_layers, heads: config.num_attention_heads, ...request },
  );
  const postNorm = takeNorm(parameters, 'vision_model.post_layernorm', width, epsilon);
  const pool = takePoolingHead(parameters, config);
  const normalized = withScope('head', () => normalize(hidden, postNorm));
  const pooled = (): Tensor =>
    withScope('head', () => pool(normalized, request.reducer.sizeWeightedPooling ? sizes : null));
  return {
    outputs: {
      last_hidden_state: () => normalized,
      pooler_output: pooled,
      image_embeds: () => {
        const features = pooled();
        return withScope('head', () => unitRows(features));
      },
      token_sizes: tokenSizes,
    },
    trace,
  };
}

function embed(config: SiglipVisionConfig, parameters: Parameters, request: VisionRequest): Tensor {
  const name = 'vision_model.embeddings';
  const stored = {
    patches: `${name}.patch_embedding`,
    leading: [],
    positions: `${name}.position_embedding.weight`,
    hasBatchAxis: false,
  };
  return embedImage(config, stored, parameters, request);
}

/** No mask: texts are padded to full length, and the last position is the embedding. */
function siglipText(config: SiglipTextConfig): TextNetwork {
  return {
    maxLength: config.max_position_embeddings,
    takesAttentionMask: false,
    build(parameters, { inputIds }) {
      const hidden = textTower(inputIds, null, config, parameters);
      const head = takeLinear(parameters, 'text_model.head', {
        inputs: config.hidden_size,
        outputs: config.projection_size ?? config.hidden_size,
      });
      const last = (inputIds.shape[1] as number) - 1;
      const pooled = (): Tensor => withScope('text / head', () => project(tokenAt(hidden, last), head));
      return {
        text_last_hidden_state: () => hidden,
        text_pooler_output: pooled,
        text_embeds: () => {
          const features = pooled();
          return withScope('text / head', () => unitRows(features));
        },
      };
    },
  };
}

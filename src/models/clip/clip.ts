/**
 * CLIP: an image and a text tower into one space of unit vectors.
 *
 * Source: Learning Transferable Visual Models (arXiv 2103.00020); `modeling_clip.py` of transformers.
 */
import { withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { takeClipBlock } from '../blocks/clip-layer.js';
import { embedImage } from '../blocks/embeddings.js';
import { project, takeLinear } from '../blocks/linear.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { unitRows } from '../blocks/text-tower.js';
import { runBlocks, tokenAt } from '../blocks/vision-tower.js';
import { defineFamily, type VisionFeatures, type VisionRequest } from '../network.js';
import type { Parameters } from '../parameters.js';
import { visionShape } from '../vision-shape.js';
import { ClipConfig } from './config.js';
import { clipText } from './text.js';

export const clip = defineFamily({
  name: 'clip',
  modelType: 'clip',
  architectures: ['CLIPModel'],
  schema: ClipConfig,
  network(config, architecture) {
    const { vision } = config;
    return {
      architecture,
      ...visionShape(vision, 1),
      labels: null,
      leadingRowsRead: { image_embeds: 1, pooler_output: 1 },
      vision: (parameters, request) => clipVision(config, parameters, request),
      text: clipText(config),
      similarity: (parameters) => ({
        logitScale: Math.exp(parameters.values('logit_scale', [])[0]!),
        logitBias: 0,
      }),
    };
  },
});

function clipVision(
  { vision: config, projection_dim: projected }: ClipConfig,
  parameters: Parameters,
  request: VisionRequest,
): VisionFeatures {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const tokens = withScope('embeddings', () => embed(config, parameters, request));
  const { hidden, tokenSizes, trace } = runBlocks(
    tokens,
    (layer) => takeClipBlock(parameters, `vision_model.encoder.layers.${layer}`, config),
    { layerCount: config.num_hidden_layers, heads: config.num_attention_heads, ...request },
  );
  const postNorm = takeNorm(parameters, 'vision_model.post_layernorm', width, epsilon);
  const projection = takeLinear(parameters, 'visual_projection', {
    inputs: width,
    outputs: projected,
    bias: false,
  });
  const pooled = (): Tensor => withScope('head', () => normalize(tokenAt(hidden, 0), postNorm));
  return {
    outputs: {
      last_hidden_state: () => hidden,
      pooler_output: pooled,
      image_embeds: () => {
        const row = pooled();
        return withScope('head', () => unitRows(project(row, projection)));
      },
      token_sizes: tokenSizes,
    },
    trace,
  };
}

function embed(config: ClipConfig['vision'], parameters: Parameters, request: VisionRequest): Tensor {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const name = 'vision_model.embeddings';
  const stored = {
    patches: `${name}.patch_embedding`,
    patchBias: false,
    leading: [`${name}.class_embedding`],
    positions: `${name}.position_embedding.weight`,
    hasBatchAxis: false,
  };
  const tokens = embedImage(config, stored, parameters, request);
  return normalize(tokens, takeNorm(parameters, 'vision_model.pre_layrnorm', width, epsilon));
}

/**
 * DINOv2: a ViT with layer scale, whose positions are interpolated for every image size but its own.
 *
 * Source: DINOv2 (arXiv 2304.07193); `modeling_dinov2.py` of transformers.
 */
import { concat, div, mul, reduceMean, reduceSum, slice, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { embedImage } from '../blocks/embeddings.js';
import type { EncoderBlock } from '../blocks/encoder-block.js';
import { project, takeLinear } from '../blocks/linear.js';
import { takePerceptron, takeSwiglu } from '../blocks/mlp.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import { runBlocks, tokenAt } from '../blocks/vision-tower.js';
import { takeVitAttention } from '../blocks/vit-attention.js';
import { labelCount, labelsOf } from '../config.js';
import { defineFamily, type Outputs } from '../network.js';
import type { Parameters } from '../parameters.js';
import { visionShape } from '../vision-shape.js';
import { encoderPrefix, vitEmbedding } from '../vit/encoder.js';
import { Dinov2Config, mlpWidth } from './config.js';

export const dinov2 = defineFamily({
  name: 'dinov2',
  modelType: 'dinov2',
  architectures: ['Dinov2Model', 'Dinov2ForImageClassification'],
  schema: Dinov2Config,
  takesAnyImageSize: true,
  network(config, architecture, has) {
    const prefix = encoderPrefix('dinov2.', has);
    const { hidden_size: width, layer_norm_eps: epsilon } = config;
    const classifies = architecture === 'Dinov2ForImageClassification';
    return {
      architecture,
      ...visionShape(config, 1),
      labels: classifies ? labelsOf(config) : null,
      leadingRowsRead: { pooler_output: 1 },
      vision(parameters, request) {
        const tokens = withScope('embeddings', () =>
          embedImage(config, vitEmbedding(prefix, ['cls_token']), parameters, request),
        );
        const { hidden, sizes, tokenSizes, trace } = runBlocks(
          tokens,
          (layer) => block(config, `${prefix}encoder.layer.${layer}`, parameters),
          { layerCount: config.num_hidden_layers, heads: config.num_attention_heads, ...request },
        );
        const norm = takeNorm(parameters, `${prefix}layernorm`, width, epsilon);
        const finalNorm = (x: Tensor): Tensor => withScope('head', () => normalize(x, norm));
        const outputs: Record<string, Outputs[string]> = {
          last_hidden_state: () => finalNorm(hidden),
          pooler_output: () => finalNorm(withScope('head', () => tokenAt(hidden, 0))),
          token_sizes: tokenSizes,
        };
        if (classifies) {
          const layer = takeLinear(parameters, 'classifier', {
            inputs: 2 * width,
            outputs: labelCount(config),
          });
          const weighing = request.reducer.sizeWeightedPooling ? sizes : null;
          outputs.logits = () => {
            const normalized = finalNorm(hidden);
            return withScope('head', () => {
              const features = [tokenAt(normalized, 0), meanOfPatches(normalized, weighing)];
              return project(concat(features, { axis: 1 }), layer);
            });
          };
        }
        return { outputs, trace };
      },
      text: null,
      similarity: () => null,
    };
  },
});

function block(config: Dinov2Config, name: string, parameters: Parameters): EncoderBlock {
  const { hidden_size: width, layer_norm_eps: epsilon, hidden_act: activation } = config;
  const hidden = mlpWidth(config);
  return {
    ...takeVitAttention(parameters, `${name}.attention`, width, config.qkv_bias),
    attentionNorm: takeNorm(parameters, `${name}.norm1`, width, epsilon),
    attentionScale: parameters.take(`${name}.layer_scale1.lambda1`, [width]),
    mlpNorm: takeNorm(parameters, `${name}.norm2`, width, epsilon),
    mlp: config.use_swiglu_ffn
      ? takeSwiglu(parameters, `${name}.mlp`, { width, hidden })
      : takePerceptron(parameters, `${name}.mlp`, { width, hidden, activation }),
    mlpScale: parameters.take(`${name}.layer_scale2.lambda1`, [width]),
  };
}

/**
 * Mean over all tokens but the class token, weighted by size when sizes are given.
 *
 * @param tokens [batch, N, C]
 * @param sizes [batch, N, 1] or null
 * @returns [batch, C]
 */
function meanOfPatches(tokens: Tensor, sizes: Tensor | null): Tensor {
  const behindClass = { starts: [1], ends: [tokens.shape[1] as number], axes: [1] };
  const patches = slice(tokens, behindClass);
  if (sizes === null) return reduceMean(patches, { axes: [1], keepdims: false });
  const weights = slice(sizes, behindClass);
  const sum = reduceSum(mul(patches, weights), { axes: [1], keepdims: false });
  return div(sum, reduceSum(weights, { axes: [1], keepdims: false }));
}

/**
 * SigLIP's attention pooling: one learned query looks at all tokens, then an MLP.
 *
 * Source: `SiglipMultiheadAttentionPoolingHead` in `modeling_siglip.py`. With `sizeWeightedPooling` log(size) of a token
 * is added to its logit, so that a merged token counts as often as the patches it stands for.
 */
import { add, BATCH, expand, reshape, slice, squeeze } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { attend } from '../blocks/attention.js';
import { type Linear, project, takeLinear } from '../blocks/linear.js';
import { takePerceptron } from '../blocks/mlp.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import type { Parameters } from '../parameters.js';
import type { SiglipVisionConfig } from './config.js';

/**
 * @param tokens [batch, N, C]
 * @param sizes [batch, N, 1] when tokens count by size, else null
 * @returns a function that makes [batch, C]
 */
export function takePoolingHead(
  parameters: Parameters,
  config: SiglipVisionConfig,
): (tokens: Tensor, sizes: Tensor | null) => Tensor {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  const name = 'vision_model.head';
  const probe = parameters.take(`${name}.probe`, [1, 1, width]);
  const weight = parameters.take(`${name}.attention.in_proj_weight`, [3 * width, width]);
  const bias = parameters.take(`${name}.attention.in_proj_bias`, [3 * width]);
  const output = takeLinear(parameters, `${name}.attention.out_proj`, { inputs: width, outputs: width });
  const norm = takeNorm(parameters, `${name}.layernorm`, width, epsilon);
  const mlp = takePerceptron(parameters, `${name}.mlp`, {
    width,
    hidden: config.intermediate_size,
    activation: config.hidden_act,
  });

  /** Query, key and value lie below each other in one matrix. */
  const part = (index: number): Linear => {
    const rows = { starts: [index * width], ends: [(index + 1) * width], axes: [0] };
    return { weight: slice(weight, rows), bias: slice(bias, rows) };
  };
  return (tokens, sizes) => {
    const query = reshape(project(reshape(probe, [1, width]), part(0)), [1, 1, width]);
    const { context } = attend({
      queries: expand(query, [BATCH, 1, width]),
      keys: project(tokens, part(1)),
      values: project(tokens, part(2)),
      heads,
      sizes,
      mask: null,
      materialize: false,
      sizeBias: 'fused-bias',
    });
    const pooled = squeeze(project(context, output), [1]);
    return add(pooled, mlp(normalize(pooled, norm)));
  };
}

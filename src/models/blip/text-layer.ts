/**
 * A layer of BLIP's text side: BERT's post-norm self-attention, cross-attention to the image tokens, perceptron.
 *
 * Source: `med.py` of the official BLIP repository; `modeling_blip_text.py` of transformers.
 */
import { add, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { attend, defaultSizeBias } from '../blocks/attention.js';
import { type Linear, project, takeLinear } from '../blocks/linear.js';
import { perceptron } from '../blocks/mlp.js';
import { type Norm, normalize, takeNorm } from '../blocks/normalization.js';
import type { Parameters } from '../parameters.js';
import type { BlipText } from './config.js';

/** Query, key and value layers of one attention. */
export interface AttentionProjections {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
}

/** A dense layer whose result is added to the residual stream, and the norm behind the sum. */
export interface PostNorm {
  readonly dense: Linear;
  readonly norm: Norm;
}

export interface TextLayer {
  readonly self: AttentionProjections;
  readonly selfOutput: PostNorm;
  /** [batch, T, C] → [batch, T, C], the residual and the norm included. */
  readonly mlp: (x: Tensor) => Tensor;
}

export interface CrossAttentionLayer {
  readonly projections: AttentionProjections;
  readonly output: PostNorm;
}

/** Takes self-attention and perceptron of `<name>`, such as `text_encoder.encoder.layer.0`. */
export function takeTextLayer(parameters: Parameters, name: string, config: BlipText): TextLayer {
  const { hidden_size: width, intermediate_size: hidden, layer_norm_eps: epsilon } = config;
  const first = takeLinear(parameters, `${name}.intermediate.dense`, { inputs: width, outputs: hidden });
  const second = takeLinear(parameters, `${name}.output.dense`, { inputs: hidden, outputs: width });
  const norm = takeNorm(parameters, `${name}.output.LayerNorm`, width, epsilon);
  const feedForward = perceptron(first, second, config.hidden_act);
  return {
    self: takeProjections(parameters, `${name}.attention.self`, width, width),
    selfOutput: takePostNorm(parameters, `${name}.attention.output`, config),
    mlp: (x) => normalize(add(feedForward(x), x), norm),
  };
}

/** Takes the cross-attention of `<name>`, whose keys and values are made of image tokens of `imageWidth`. */
export function takeCrossAttention(
  parameters: Parameters,
  name: string,
  config: BlipText,
  imageWidth: number,
): CrossAttentionLayer {
  return {
    projections: takeProjections(parameters, `${name}.crossattention.self`, config.hidden_size, imageWidth),
    output: takePostNorm(parameters, `${name}.crossattention.output`, config),
  };
}

export function takeProjections(
  parameters: Parameters,
  name: string,
  width: number,
  keyWidth: number,
): AttentionProjections {
  return {
    query: takeLinear(parameters, `${name}.query`, { inputs: width, outputs: width }),
    key: takeLinear(parameters, `${name}.key`, { inputs: keyWidth, outputs: width }),
    value: takeLinear(parameters, `${name}.value`, { inputs: keyWidth, outputs: width }),
  };
}

function takePostNorm(parameters: Parameters, name: string, config: BlipText): PostNorm {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  return {
    dense: takeLinear(parameters, `${name}.dense`, { inputs: width, outputs: width }),
    norm: takeNorm(parameters, `${name}.LayerNorm`, width, epsilon),
  };
}

/** norm(dense(update) + x). */
export function addAndNormalize(update: Tensor, x: Tensor, { dense, norm }: PostNorm): Tensor {
  return normalize(add(project(update, dense), x), norm);
}

/**
 * Self-attention over a whole sequence.
 *
 * @param x [batch, T, C]
 * @param mask added to the logits, [batch or 1, 1, T, T], or null
 * @param sizes [batch, T, 1] where tokens were merged: log(size) of the key is added to the logits
 * @returns the sequence [batch, T, C], and its keys and values [batch, T, C] for a cache
 */
export function selfAttend(
  x: Tensor,
  { self, selfOutput }: TextLayer,
  heads: number,
  mask: Tensor | null,
  sizes: Tensor | null = null,
): { hidden: Tensor; queries: Tensor; keys: Tensor; values: Tensor } {
  return withScope('self-attention', () => {
    const queries = project(x, self.query);
    const keys = project(x, self.key);
    const values = project(x, self.value);
    const { context } = attend({
      queries,
      keys,
      values,
      heads,
      sizes,
      mask,
      materialize: false,
      sizeBias: defaultSizeBias,
    });
    return { hidden: addAndNormalize(context, x, selfOutput), queries, keys, values };
  });
}

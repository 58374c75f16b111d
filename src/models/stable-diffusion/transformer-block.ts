/**
 * A transformer block of the U-Net: self-attention, cross-attention to the text, a gated perceptron; each of them behind a layer norm and
 * beside a shortcut, and each with a place where tokens are merged before it and restored after it.
 *
 * Source: `BasicTransformerBlock` in `models/attention.py` of diffusers; the places for merging: tomesd, and Turbo's supplement, section 1.2.
 */
import { add, gelu, mul, split, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import {
  type AttentionView,
  type DiffusionReducer,
  nothingMerged,
  type PartMerging,
} from '../../reduction/diffusion/block-plan.js';
import { attend, defaultSizeBias } from '../blocks/attention.js';
import { type Linear, project, takeLinear } from '../blocks/linear.js';
import { type Norm, normalize, takeNorm } from '../blocks/normalization.js';
import type { Parameters } from '../parameters.js';

const epsilon = 1e-5;

export interface AttentionLayer {
  readonly norm: Norm;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

export interface TransformerBlock {
  readonly selfAttention: AttentionLayer;
  readonly crossAttention: AttentionLayer;
  readonly mlpNorm: Norm;
  /** [2 · inner, C]: the values, and behind them what gates them. */
  readonly mlpIn: Linear;
  readonly mlpOut: Linear;
}

/** Takes the parameters of `<name>`, such as `mid_block.attentions.0.transformer_blocks.0`. */
export function takeTransformerBlock(
  parameters: Parameters,
  name: string,
  { width, textWidth }: { width: number; textWidth: number },
): TransformerBlock {
  const attention = (which: 1 | 2, keyWidth: number): AttentionLayer => {
    const layer = (part: string, inputs: number, bias: boolean) =>
      takeLinear(parameters, `${name}.attn${which}.${part}`, { inputs, outputs: width, bias });
    return {
      norm: takeNorm(parameters, `${name}.norm${which}`, width, epsilon),
      query: layer('to_q', width, false),
      key: layer('to_k', keyWidth, false),
      value: layer('to_v', keyWidth, false),
      output: layer('to_out.0', width, true),
    };
  };
  return {
    selfAttention: attention(1, width),
    crossAttention: attention(2, textWidth),
    mlpNorm: takeNorm(parameters, `${name}.norm3`, width, epsilon),
    mlpIn: takeLinear(parameters, `${name}.ff.net.0.proj`, { inputs: width, outputs: 8 * width }),
    mlpOut: takeLinear(parameters, `${name}.ff.net.2`, { inputs: 4 * width, outputs: width }),
  };
}

export interface TransformerBlockContext {
  /** Counts the transformer blocks of the network, from 0. */
  readonly index: number;
  /** Downsamplings between the network's input and this block. */
  readonly level: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  /** Tokens of the network's input. */
  readonly latentTokens: number;
  /** [batch, T, text width]. */
  readonly text: Tensor;
  /** Null where nothing is merged. */
  readonly reducer: DiffusionReducer | null;
}

/**
 * The plan of merging is made from the block's input, before its first norm, and holds for all three parts.
 *
 * @param hidden [batch, rows · columns, C]
 * @returns [batch, rows · columns, C]
 */
export function transformerBlock(
  hidden: Tensor,
  block: TransformerBlock,
  { index, level, heads, rows, columns, latentTokens, text, reducer }: TransformerBlockContext,
): Tensor {
  const { selfAttention: self, crossAttention: cross } = block;
  const state = {
    ...{ block: index, level, hidden, rows, columns, latentTokens, heads },
    selfAttention: viewOf(self, hidden, null),
    crossAttention: viewOf(cross, hidden, text),
  };
  const plan = withScope('reduction', () => reducer?.plan(state) ?? nothingMerged);
  const attended = withScope('self-attention', () => {
    const normed = normalize(hidden, self.norm);
    const update = around(plan.selfAttention, normed, (tokens) =>
      attention(tokens, tokens, self, heads, plan.selfAttention?.sizes ?? null),
    );
    return add(update, hidden);
  });
  const informed = withScope('cross-attention', () => {
    const normed = normalize(attended, cross.norm);
    const update = around(plan.crossAttention, normed, (tokens) =>
      attention(tokens, text, cross, heads, null),
    );
    return add(update, attended);
  });
  return withScope('mlp', () => {
    const normed = normalize(informed, block.mlpNorm);
    return add(
      around(plan.mlp, normed, (tokens) => gatedPerceptron(tokens, block)),
      informed,
    );
  });
}

/** One part of a block on as many tokens as its merging leaves. */
function around(merging: PartMerging | null, x: Tensor, part: (x: Tensor) => Tensor): Tensor {
  if (merging === null) return part(x);
  const fewer = withScope('reduction', () => merging.merge(x));
  const computed = part(fewer);
  return withScope('reduction', () => merging.restore(computed));
}

/** @param context [batch, M, D] that is attended to; null for the tokens themselves */
function viewOf({ norm, query, key }: AttentionLayer, hidden: Tensor, context: Tensor | null): AttentionView {
  const normed = () => normalize(hidden, norm);
  return {
    normed,
    queries: (tokens) => project(tokens, query),
    keys: () => project(context ?? normed(), key),
  };
}

/** Attention of `x` [batch, N, C] to `context` [batch, M, D]; `sizes` [batch, M, 1] adds their logarithm to the logits. */
function attention(
  x: Tensor,
  context: Tensor,
  layer: AttentionLayer,
  heads: number,
  sizes: Tensor | null,
): Tensor {
  const { context: mixed } = attend({
    queries: project(x, layer.query),
    keys: project(context, layer.key),
    values: project(context, layer.value),
    heads,
    sizes,
    mask: null,
    materialize: false,
    sizeBias: defaultSizeBias,
  });
  return project(mixed, layer.output);
}

/** GEGLU (arXiv 2002.05202): `output(value · gelu(gate))`, value and gate from one layer. */
function gatedPerceptron(x: Tensor, { mlpIn, mlpOut }: TransformerBlock): Tensor {
  const inner = (mlpIn.weight.shape[0] as number) / 2;
  const [value, gate] = split(project(x, mlpIn), [inner, inner], { axis: -1 });
  return project(mul(value!, gelu(gate!)), mlpOut);
}

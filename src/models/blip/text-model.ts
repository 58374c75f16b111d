/**
 * BLIP's text encoder, and the whole-sequence pass of its decoder: embeddings, then layers that look at the image.
 *
 * Source: `med.py` of the official BLIP repository; `modeling_blip_text.py` of transformers. Positions start at 0, there are no token types,
 * and the norm of the embeddings follows the sum.
 */
import { add, BATCH, cast, expand, gather, slice, transpose, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import {
  attentionMass,
  type CrossModal,
  imageTokensKept,
  keepAttended,
} from '../../reduction/cross-modal.js';
import { mergeTextTokens, type TextMerging, type TextState } from '../../reduction/text-merging.js';
import { causalLogits, maskLogits, paddingLogits } from '../blocks/masks.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import type { Parameters } from '../parameters.js';
import type { BlipText } from './config.js';
import { crossAttend } from './cross-attention.js';
import { massByImageToken } from './image-mass.js';
import { type ImageTokens, imageTokensOf } from './image-tokens.js';
import { addAndNormalize, selfAttend, takeCrossAttention, takeTextLayer } from './text-layer.js';

export interface TextPass {
  readonly config: BlipText;
  /** Where the parameters lie: `text_encoder` or `text_decoder.bert`. */
  readonly prefix: string;
  /** [batch, T] int64. */
  readonly inputIds: Tensor;
  /** [batch, T] int64, 0 for padding; null when there is none. */
  readonly textMask: Tensor | null;
  /** Every token sees only those before it. */
  readonly causal: boolean;
  /** [batch, N, C'] what the text looks at; null for a text alone. */
  readonly image: Tensor | null;
  /** [batch, N] int64, 0 for what must not be looked at; null when all may be. */
  readonly imageMask: Tensor | null;
  readonly crossModal: CrossModal | null;
  /** Text tokens that are merged in every layer; null for none. Needs a mask and no causal order. */
  readonly textMerging?: TextMerging | null;
  /** Also add up the attention that every image token receives. */
  readonly sumsAttention?: boolean;
}

/** What one layer saw of the image. */
export interface LayerAttention {
  /** The image tokens that it attended to. */
  readonly image: ImageTokens;
  /** [batch, N_i] int64: their places among the tokens of the layer before; null when nothing was let go. */
  readonly kept: Tensor | null;
}

export interface TextStates {
  /** [batch, T', C] after the last layer. */
  readonly hidden: Tensor;
  /** [batch, T'] int64: what of it is no padding; null where all is. */
  readonly textMask: Tensor | null;
  /** Keys and values of every layer, [batch, T, C], for a cache. */
  readonly cache: readonly { readonly keys: Tensor; readonly values: Tensor }[];
  /** One entry per layer; empty for a text alone. */
  readonly attention: readonly LayerAttention[];
  /** [batch, N] attention of all layers, heads and text tokens that are no padding; null unless it was asked for. */
  readonly imageMass: Tensor | null;
}

export function textPass(pass: TextPass, parameters: Parameters): TextStates {
  const { config, prefix, inputIds, image, crossModal } = pass;
  const length = inputIds.shape[1] as number;
  let hidden = embedTokens(config, prefix, inputIds, null, parameters);
  let { textMask } = pass;
  let sizes: Tensor | null = null;
  let mask = withScope('text / embeddings', () => selfMask(pass, length));
  const imageMask = pass.imageMask === null ? null : maskLogits(pass.imageMask);
  if (crossModal !== null && imageMask !== null)
    throw new RangeError('cross-modal reduction of image tokens that are masked');
  const keep =
    image === null || crossModal === null
      ? null
      : imageTokensKept(image.shape[1] as number, config.num_hidden_layers, crossModal);
  const cache: { keys: Tensor; values: Tensor }[] = [];
  const attention: LayerAttention[] = [];
  const mass = pass.sumsAttention ? massByImageToken() : null;
  let seen: LayerAttention | null = image === null ? null : { image: imageTokensOf(image), kept: null };

  for (let index = 0; index < config.num_hidden_layers; index++) {
    const name = `${prefix}.encoder.layer.${index}`;
    const layer = takeTextLayer(parameters, name, config);
    withScope(`text / block ${index}`, () => {
      const attended = selfAttend(hidden, layer, config.num_attention_heads, mask, sizes);
      hidden = attended.hidden;
      cache.push({ keys: attended.keys, values: attended.values });
      if (seen !== null) {
        const { image: tokens } = seen;
        const cross = takeCrossAttention(parameters, name, config, tokens.rows.shape[2] as number);
        const chooses = keep !== null && index + 1 < config.num_hidden_layers;
        const { context, weights } = withScope('cross-attention', () =>
          crossAttend({
            text: hidden,
            image: tokens,
            projections: cross.projections,
            heads: config.num_attention_heads,
            mask: imageMask,
            materialize: chooses || mass !== null,
          }),
        );
        hidden = withScope('cross-attention', () => addAndNormalize(context, hidden, cross.output));
        attention.push(seen);
        mass?.add(seen, weights!, textMask);
        if (chooses)
          seen = withScope('reduction', () =>
            choose(tokens, weights!, keep[index]!, crossModal!, crossModal!.countPadding ? null : textMask),
          );
        else seen = { image: tokens, kept: null };
      }
      if (pass.textMerging && textMask !== null) {
        const { queries, keys } = attended;
        const heads = config.num_attention_heads;
        const state = { hidden, queries, keys, heads, sizes, mask: textMask };
        const merged = mergedText(state, pass.textMerging);
        ({ hidden, sizes, mask: textMask, logits: mask } = merged);
      }
      hidden = withScope('mlp', () => layer.mlp(hidden));
    });
  }
  return { hidden, textMask, cache, attention, imageMass: mass?.total() ?? null };
}

/** `image_kept.<i>` of the layers that see fewer image tokens than the one before: [batch, N_i] int64, their places there. */
export function imageTokensSeen({ attention }: TextStates): Readonly<Record<string, () => Tensor>> {
  return Object.fromEntries(
    attention.flatMap(({ kept }, layer) => (kept === null ? [] : [[`image_kept.${layer}`, () => kept]])),
  );
}

/** The text with fewer tokens, and what hides the padding among them: [batch, 1, T', T'] logits. */
export function mergedText(
  state: TextState,
  merging: TextMerging,
): Pick<TextState, 'hidden' | 'sizes' | 'mask'> & { readonly logits: Tensor | null } {
  return withScope('reduction', () => {
    const merged = mergeTextTokens(state, merging);
    const left = merged.hidden.shape[1] as number;
    return { ...merged, logits: selfMask({ textMask: merged.mask, causal: false }, left) };
  });
}

/** The image tokens of largest mass; all of them, in their order, where no fewer are wanted. */
export function choose(
  image: ImageTokens,
  weights: Tensor,
  keep: number,
  { score }: CrossModal,
  textMask: Tensor | null,
): LayerAttention {
  if (keep >= (image.rows.shape[1] as number)) return { image, kept: null };
  const mass = attentionMass(weights, score, textMask === null ? null : cast(textMask, 'float32'));
  const { kept, indices } = keepAttended(image.rows, mass, keep);
  return { image: imageTokensOf(kept), kept: indices };
}

/**
 * norm(word + position): [batch, T, C].
 *
 * @param position [1] int64, where the tokens stand; null for a sequence from its start
 */
export function embedTokens(
  config: BlipText,
  prefix: string,
  inputIds: Tensor,
  position: Tensor | null,
  parameters: Parameters,
): Tensor {
  const { vocab_size: vocabulary, hidden_size: width, layer_norm_eps: epsilon } = config;
  const name = `${prefix}.embeddings`;
  const table = parameters.take(`${name}.position_embeddings.weight`, [
    config.max_position_embeddings,
    width,
  ]);
  const words = parameters.take(`${name}.word_embeddings.weight`, [vocabulary, width]);
  const norm = takeNorm(parameters, `${name}.LayerNorm`, width, epsilon);
  return withScope('text / embeddings', () => {
    const positions =
      position === null
        ? slice(table, { starts: [0], ends: [inputIds.shape[1] as number], axes: [0] })
        : gather(table, position);
    return normalize(add(gather(words, inputIds), positions), norm);
  });
}

/** [batch or 1, 1, T, T], or null when every token sees all. */
export function selfMask(
  { textMask, causal }: Pick<TextPass, 'textMask' | 'causal'>,
  length: number,
): Tensor | null {
  if (causal) return causalLogits(length, textMask);
  return textMask === null ? null : expand(paddingLogits(textMask), [BATCH, 1, length, length]);
}

/** [batch, T, C] → [T, batch, C]: a cache grows by position, so that what is there never moves. */
export function byPosition(x: Tensor): Tensor {
  return transpose(x, [1, 0, 2]);
}

/**
 * The text encoder of BLIP's NLVR2 network: every layer looks at two images through two cross-attentions.
 *
 * Layers 0 to 5 average the two results, later ones join them in a layer of their own; one residual and one norm follow.
 *
 * Source: `models/nlvr_encoder.py` of github.com/salesforce/BLIP. Cross-modal reduction is an extension here, as the authors of Turbo cannot patch
 * this encoder: each image is chosen by its own cross-attention, and its counts come from its own first count.
 */
import { add, concat, mul, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type CrossModal, imageTokensKept } from '../../reduction/cross-modal.js';
import type { TextMerging } from '../../reduction/text-merging.js';
import { project, takeLinear } from '../blocks/linear.js';
import { normalize, takeNorm } from '../blocks/normalization.js';
import type { Parameters } from '../parameters.js';
import type { BlipText } from './config.js';
import { crossAttend } from './cross-attention.js';
import { imageTokensOf } from './image-tokens.js';
import { selfAttend, takeProjections, takeTextLayer } from './text-layer.js';
import { choose, embedTokens, mergedText, selfMask } from './text-model.js';

const prefix = 'text_encoder';
/** The first layer that joins what the two images say instead of averaging it. */
const firstJoiningLayer = 6;

export interface PairPass {
  readonly config: BlipText;
  /** [batch, T] int64. */
  readonly inputIds: Tensor;
  /** [batch, T] int64, 0 for padding. */
  readonly textMask: Tensor;
  /** Two of [batch, N, C']. */
  readonly images: readonly [Tensor, Tensor];
  readonly crossModal: CrossModal | null;
  /** Text tokens that are merged in every layer; null for none. */
  readonly textMerging: TextMerging | null;
}

/** @returns [batch, T', C] after the last layer */
export function pairPass(pass: PairPass, parameters: Parameters): Tensor {
  const { config, inputIds, crossModal, textMerging } = pass;
  let { textMask } = pass;
  let sizes: Tensor | null = null;
  const { hidden_size: width, num_hidden_layers: layerCount, num_attention_heads: heads } = config;
  const length = inputIds.shape[1] as number;
  let hidden = embedTokens(config, prefix, inputIds, null, parameters);
  let mask = withScope('text / embeddings', () => selfMask({ textMask, causal: false }, length));
  const kept =
    crossModal === null
      ? null
      : pass.images.map((image) => imageTokensKept(image.shape[1] as number, layerCount, crossModal));
  let images = pass.images.map(imageTokensOf);
  for (let index = 0; index < layerCount; index++) {
    const name = `${prefix}.encoder.layer.${index}`;
    const layer = takeTextLayer(parameters, name, config);
    withScope(`text / block ${index}`, () => {
      const own = selfAttend(hidden, layer, heads, mask, sizes);
      hidden = own.hidden;
      const chooses = kept !== null && index + 1 < layerCount;
      const attended = images.map((image, side) =>
        withScope('cross-attention', () =>
          crossAttend({
            text: hidden,
            image,
            projections: takeProjections(
              parameters,
              `${name}.crossattention.self${side}`,
              width,
              image.rows.shape[2] as number,
            ),
            heads,
            mask: null,
            materialize: chooses,
          }),
        ),
      );
      hidden = withScope('cross-attention', () =>
        joined(
          attended.map(({ context }) => context),
          hidden,
          { index, name: `${name}.crossattention.output` },
          config,
          parameters,
        ),
      );
      const counted = crossModal?.countPadding === false ? textMask : null;
      if (chooses)
        images = withScope('reduction', () =>
          images.map(
            (image, side) =>
              choose(image, attended[side]!.weights!, kept[side]![index]!, crossModal!, counted).image,
          ),
        );
      if (textMerging !== null) {
        const { queries, keys } = own;
        const merged = mergedText({ hidden, queries, keys, heads, sizes, mask: textMask }, textMerging);
        ({ hidden, sizes, mask: textMask, logits: mask } = merged);
      }
      hidden = withScope('mlp', () => layer.mlp(hidden));
    });
  }
  return hidden;
}

function joined(
  contexts: readonly Tensor[],
  x: Tensor,
  { index, name }: { index: number; name: string },
  config: BlipText,
  parameters: Parameters,
): Tensor {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const [first, second] = contexts.map((context, side) =>
    project(context, takeLinear(parameters, `${name}.dense${side}`, { inputs: width, outputs: width })),
  ) as [Tensor, Tensor];
  const norm = takeNorm(parameters, `${name}.LayerNorm`, width, epsilon);
  const update =
    index < firstJoiningLayer
      ? mul(add(first, second), 0.5)
      : project(
          concat([first, second], { axis: 2 }),
          takeLinear(parameters, `${name}.merge_layer`, { inputs: 2 * width, outputs: width }),
        );
  return normalize(add(update, x), norm);
}

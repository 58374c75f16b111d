/**
 * BLIP's decoder as two graphs: one for a whole sequence (the prompt, or a given answer), one for a step of one token per beam.
 *
 * The cache is laid out by position, [past, …], so that it grows at its end: a step returns the keys and values of its own token only, and what is
 * there is neither joined nor copied. Beams are told apart by an index into the cache, not by moving it.
 *
 * Source: `med.py` of the official BLIP repository; `modeling_blip_text.py` of transformers.
 */
import {
  add,
  BATCH,
  concat,
  type Dimension,
  div,
  exp,
  gather,
  input,
  max,
  mul,
  multiplyDimensions,
  reduceLogSumExp,
  reduceMax,
  reduceSum,
  reshape,
  slice,
  squeeze,
  sub,
  symbol,
  unsqueeze,
  withScope,
} from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { type CrossModal, imageTokensKept } from '../../reduction/cross-modal.js';
import { project } from '../blocks/linear.js';
import { maskLogits } from '../blocks/masks.js';
import type { PartBuild, PartRequest } from '../network.js';
import type { Parameters } from '../parameters.js';
import type { BlipText } from './config.js';
import { crossAttend } from './cross-attention.js';
import { wordLogits } from './heads.js';
import type { ImageTokens } from './image-tokens.js';
import { chooseForEveryQuery } from './per-query-choice.js';
import { addAndNormalize, type TextLayer, takeCrossAttention, takeTextLayer } from './text-layer.js';
import { byPosition, embedTokens, imageTokensSeen, textPass } from './text-model.js';

/** Positions in the cache. */
const PAST = symbol('past');
/** Rows of the cache of several beams: positions times sequences, where every step may have its own number of these. */
const CACHED = symbol('cached');
/** The same with the rows of this step. */
const JOINED = symbol('joined');

const prefix = 'text_decoder.bert';

/**
 * The whole sequence at once.
 *
 * Inputs: `decoder_input_ids` [batch, T] int64, `encoder_hidden_states` [batch, N, C], with `imageMask` also `encoder_attention_mask` [batch, N] int64.
 * Outputs: `logits` [batch, T, vocabulary]; `next_logits` [batch, vocabulary] and `log_normalizer` [batch] of the last position; `keys.<i>` and `values.<i>`
 * [T, batch, C]; `image.<i>` [batch, N_i, C'] and `image_columns.<i>` [batch, C', N_i] for the first layer and those that see fewer image tokens than the
 * one before.
 */
export function decoderPass(
  config: BlipText,
  imageWidth: number,
  parameters: Parameters,
  request: PartRequest,
): PartBuild {
  const { sequenceLength: length, imageTokens, crossModal, sumsAttention = false } = request;
  const inputIds = input('decoder_input_ids', 'int64', [BATCH, length]);
  const image = input('encoder_hidden_states', 'float32', [BATCH, imageTokens, imageWidth]);
  const imageMask = request.imageMask ? input('encoder_attention_mask', 'int64', [BATCH, imageTokens]) : null;
  const passed = textPass(
    { config, prefix, inputIds, textMask: null, causal: true, image, imageMask, crossModal, sumsAttention },
    parameters,
  );
  const { hidden, cache, attention, imageMass } = passed;
  const last = (): Tensor => squeeze(slice(hidden, { starts: [length - 1], ends: [length], axes: [1] }), [1]);
  const nextLogits = once(() => wordLogits(config, parameters, last()));
  const outputs: Record<string, () => Tensor> = {
    logits: () => wordLogits(config, parameters, hidden),
    next_logits: nextLogits,
    log_normalizer: () => logNormalizer(nextLogits()),
  };
  if (imageMass !== null) outputs.image_mass = () => imageMass;
  if (request.tracesImageTokens) Object.assign(outputs, imageTokensSeen(passed));
  cache.forEach(({ keys, values }, layer) => {
    outputs[`keys.${layer}`] = () => byPosition(keys);
    outputs[`values.${layer}`] = () => byPosition(values);
  });
  attention.forEach(({ image: tokens, kept }, layer) => {
    if (layer > 0 && kept === null) return;
    outputs[`image.${layer}`] = () => tokens.rows;
    outputs[`image_columns.${layer}`] = () => tokens.columns!;
  });
  return { inputs: imageMask === null ? [inputIds, image] : [inputIds, image, imageMask], outputs };
}

/** One node for all who ask. */
function once(make: () => Tensor): () => Tensor {
  let made: Tensor | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** log Σ exp over the last axis. */
function logNormalizer(logits: Tensor): Tensor {
  return withScope('head', () => reduceLogSumExp(logits, { axes: [-1], keepdims: false }));
}

/**
 * The layers that get image tokens of their own, with their counts: the first, and with a choice at the prompt all that see fewer than the layer before.
 */
function layersWithOwnImage(
  config: Pick<BlipText, 'num_hidden_layers'>,
  imageTokens: number,
  crossModal: CrossModal | null,
): { readonly layer: number; readonly tokens: number }[] {
  const kept =
    crossModal === null || crossModal.choose === 'every-step'
      ? []
      : imageTokensKept(imageTokens, config.num_hidden_layers, crossModal).slice(0, -1);
  const seen = [imageTokens, ...kept.map((count) => Math.min(count, imageTokens))];
  return seen
    .map((tokens, layer) => ({ layer, tokens }))
    .filter(({ layer, tokens }) => layer === 0 || tokens < seen[layer - 1]!);
}

/**
 * One more token in every beam.
 *
 * Inputs: `input_ids` [batch, beams] int64; `position` [1] int64, the number of cached positions; `image.<i>` and `image_columns.<i>` of
 * `layersWithOwnImage`, as the prompt's pass returned them; the cache, `keys.<i>` and `values.<i>`: [past, batch, C] for one beam, otherwise
 * [cached, C] with `cache_rows` [past, batch, beams] int64, the row of every position in every beam; with `imageMask` also `encoder_attention_mask` [batch, N] int64.
 * Outputs: `next_logits` [batch, beams, vocabulary], `log_normalizer` [batch, beams], and `new_keys.<i>` and `new_values.<i>` [batch, beams, C] of this token;
 * `joined_keys.<i>` and `joined_values.<i>`, the cache with these at its end, for a device on which it stays.
 */
export function decoderStep(
  config: BlipText,
  imageWidth: number,
  parameters: Parameters,
  request: PartRequest,
): PartBuild {
  const { imageTokens, beams, crossModal } = request;
  const { hidden_size: width, num_hidden_layers: layerCount, num_attention_heads: heads } = config;
  const inputIds = input('input_ids', 'int64', [BATCH, beams]);
  const position = input('position', 'int64', [1]);
  const imageMask = request.imageMask ? input('encoder_attention_mask', 'int64', [BATCH, imageTokens]) : null;
  const own = new Map(
    layersWithOwnImage(config, imageTokens, crossModal).map(({ layer, tokens }) => [
      layer,
      {
        rows: input(`image.${layer}`, 'float32', [BATCH, tokens, imageWidth]),
        columns: input(`image_columns.${layer}`, 'float32', [BATCH, imageWidth, tokens]),
      },
    ]),
  );
  const cacheRows = beams === 1 ? null : input('cache_rows', 'int64', [PAST, BATCH, beams]);
  const cacheShape = beams === 1 ? [PAST, BATCH, width] : [CACHED, width];
  const caches = Array.from({ length: layerCount }, (_, layer) => ({
    keys: input(`keys.${layer}`, 'float32', cacheShape),
    values: input(`values.${layer}`, 'float32', cacheShape),
  }));
  const inputs = [inputIds, position, ...[...own.values()].flatMap(({ rows, columns }) => [rows, columns])];
  if (imageMask !== null) inputs.push(imageMask);
  if (cacheRows !== null) inputs.push(cacheRows);
  inputs.push(...caches.flatMap(({ keys, values }) => [keys, values]));

  let hidden = embedTokens(config, prefix, inputIds, position, parameters);
  const masked = imageMask === null ? null : withScope('text / embeddings', () => maskLogits(imageMask));
  const kept =
    crossModal?.choose === 'every-step' ? imageTokensKept(imageTokens, layerCount, crossModal) : null;
  const outputs: Record<string, () => Tensor> = {};
  let seen: ImageTokens = own.get(0)!;
  for (let index = 0; index < layerCount; index++) {
    const name = `${prefix}.encoder.layer.${index}`;
    const layer = takeTextLayer(parameters, name, config);
    seen = own.get(index) ?? seen;
    withScope(`text / block ${index}`, () => {
      const step = withScope('self-attention', () =>
        attendToCache(hidden, layer, heads, withRows(caches[index]!, cacheRows, beams)),
      );
      hidden = step.hidden;
      outputs[`new_keys.${index}`] = () => step.keys;
      outputs[`new_values.${index}`] = () => step.values;
      outputs[`joined_keys.${index}`] = () => joined(caches[index]!.keys, step.keys, beams);
      outputs[`joined_values.${index}`] = () => joined(caches[index]!.values, step.values, beams);
      const cross = takeCrossAttention(parameters, name, config, imageWidth);
      const chooses = kept !== null && index + 1 < layerCount;
      const { context, weights } = withScope('cross-attention', () =>
        crossAttend({
          text: hidden,
          image: seen,
          projections: cross.projections,
          heads,
          mask: masked,
          materialize: chooses,
        }),
      );
      hidden = withScope('cross-attention', () => addAndNormalize(context, hidden, cross.output));
      if (chooses)
        seen = withScope('reduction', () => chooseForEveryQuery(seen.rows, weights!, kept[index]!));
      hidden = withScope('mlp', () => layer.mlp(hidden));
    });
  }
  const nextLogits = once(() => wordLogits(config, parameters, hidden));
  return {
    inputs,
    outputs: { next_logits: nextLogits, log_normalizer: () => logNormalizer(nextLogits()), ...outputs },
  };
}

interface Cache {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** The cache by position and beam, [past, batch, beams, C]. */
function withRows({ keys, values }: Cache, rows: Tensor | null, beams: number): Cache {
  if (rows !== null) return { keys: gather(keys, rows), values: gather(values, rows) };
  const width = keys.shape[2]!;
  const shape: readonly Dimension[] = [PAST, BATCH, beams, width];
  return { keys: reshape(keys, shape), values: reshape(values, shape) };
}

/** @param rows [batch, beams, C] of one step */
function joined(cache: Tensor, rows: Tensor, beams: number): Tensor {
  const width = rows.shape[2]!;
  const atEnd = reshape(rows, beams === 1 ? [1, BATCH, width] : [multiplyDimensions(BATCH, beams)!, width]);
  return concat([cache, atEnd], { axis: 0, total: JOINED });
}

/**
 * Self-attention of one token per beam. Past and present are weighed apart and their sums joined, so that the cache is read where it lies.
 *
 * @param x [batch, beams, C]
 */
function attendToCache(
  x: Tensor,
  { self, selfOutput }: TextLayer,
  heads: number,
  past: Cache,
): { hidden: Tensor; keys: Tensor; values: Tensor } {
  const [batch, beams, width] = x.shape as [Dimension, number, number];
  const perHead = width / heads;
  const query = mul(project(x, self.query), perHead ** -0.5);
  const keys = project(x, self.key);
  const values = project(x, self.value);
  const split = (rows: Tensor, leading: Dimension): Tensor =>
    reshape(rows, [leading, batch, beams, heads, perHead]);
  const products = (rows: Tensor, leading: Dimension): Tensor =>
    reduceSum(split(mul(rows, query), leading), { axes: [4] });
  const before = products(past.keys, PAST);
  const own = products(unsqueeze(keys, [0]), 1);
  const most = max(reduceMax(before, { axes: [0] }), own);
  const beforeWeight = exp(sub(before, most));
  const ownWeight = exp(sub(own, most));
  const total = add(reduceSum(beforeWeight, { axes: [0] }), ownWeight);
  const sum = add(
    reduceSum(mul(beforeWeight, split(past.values, PAST)), { axes: [0] }),
    mul(ownWeight, split(unsqueeze(values, [0]), 1)),
  );
  const context = reshape(div(sum, total), [batch, beams, width]);
  return { hidden: addAndNormalize(context, x, selfOutput), keys, values };
}

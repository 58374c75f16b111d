/**
 * One model on given tensors, under Hugging Face's names: how a model is held against PyTorch.
 */

import type { Engine, SessionOptions, TensorData } from '../engines/index.js';
import type { GenerationOptions } from '../generation/options.js';
import type { Graph } from '../graph/index.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Model } from './model.js';
import { partSessions } from './part-sessions.js';
import { checkInputs } from './predict-inputs.js';
import { checkOptions } from './predict-options.js';
import { onesLike, predictParts } from './predict-parts.js';
import { similarityOutputs } from './similarity.js';

export { checkInputs, wrongInput } from './predict-inputs.js';

export interface PredictRequest {
  readonly model: Model;
  readonly engine: Engine;
  /** `pixel_values` [B, 3, H, W] float32; with a text side also `input_ids`, `attention_mask` and `decoder_input_ids` [T, L] int64. */
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly reduction: ReductionSpec;
  /** Generate texts, by a model with a decoder. */
  readonly generate?: GenerationOptions | undefined;
  /** Image tokens that the text side lets go. */
  readonly crossModal?: CrossModal | undefined;
  /** Also return the tokens and sizes after every block. */
  readonly trace?: boolean;
  readonly threads?: number;
  readonly session?: Partial<SessionOptions>;
}

export interface Prediction {
  /** By name: the model's outputs, `logits_per_image` and `logits_per_text`, `token_sizes`, `block.<i>.hidden`, … */
  readonly outputs: ReadonlyMap<string, TensorData>;
  /** Empty when no image was given. */
  readonly tokensAfterBlock: readonly number[];
}

/** Runs the towers whose inputs are there. */
export async function predict(request: PredictRequest): Promise<Prediction> {
  const { model, inputs, reduction } = request;
  checkInputs(model, inputs);
  checkOptions(request);
  const feeds = feedsOf(model, inputs);
  const results: Record<string, TensorData> = {};
  let tokensAfterBlock: readonly number[] = [];
  if (feeds.vision !== undefined) {
    const [, , imageHeight, imageWidth] = feeds.vision.pixel_values!.shape as [
      number,
      number,
      number,
      number,
    ];
    const isReduced = reduction.method !== 'none';
    const vision = model.buildVision({
      reduction,
      outputs: model.visionOutputs.filter((name) => name !== 'token_sizes' || isReduced),
      imageHeight,
      imageWidth,
      trace: request.trace ?? false,
    });
    tokensAfterBlock = vision.tokensAfterBlock;
    Object.assign(results, await runOnce(request, vision.graph, feeds.vision));
    const sessions = partSessions(model, request.engine, {
      threads: request.threads ?? 1,
      ...request.session,
    });
    const parts = await predictParts({
      ...{ model, sessions, inputs },
      image: results.last_hidden_state!,
      generate: request.generate ?? null,
      crossModal: request.crossModal ?? null,
    }).finally(() => sessions.release());
    Object.assign(results, parts);
  }
  if (feeds.text !== undefined) {
    const sequenceLength = feeds.text.input_ids!.shape[1]!;
    const text = model.buildText({ sequenceLength, outputs: model.textOutputs });
    Object.assign(results, await runOnce(request, text, feeds.text));
  }
  const outputs = new Map(Object.entries({ ...results, ...similarityOutputs(model, results) }));
  return { outputs, tokensAfterBlock };
}

type Feeds = Record<string, TensorData>;

/** What each tower is fed; a missing `attention_mask` says that nothing is padding. */
export function feedsOf(
  model: Model,
  inputs: ReadonlyMap<string, TensorData>,
): { vision?: Feeds; text?: Feeds } {
  const feeds: { vision?: Feeds; text?: Feeds } = {};
  const pixels = inputs.get('pixel_values');
  if (pixels !== undefined) feeds.vision = { pixel_values: pixels };
  const ids = inputs.get('input_ids');
  const readsBesideImage = model.textMaxLength === null && model.parts.length > 0;
  if (ids === undefined || readsBesideImage) return feeds;
  feeds.text = { input_ids: ids };
  if (model.textTakesAttentionMask) {
    feeds.text.attention_mask = inputs.get('attention_mask') ?? onesLike(ids);
  }
  return feeds;
}

async function runOnce(
  { engine, session: options, threads = 1 }: PredictRequest,
  graph: Graph,
  feeds: Feeds,
): Promise<Feeds> {
  const session = await engine.createSession(graph, { threads, ...options });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

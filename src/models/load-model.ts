/** The library's way in: a model with its reduction on an engine, ready to run many times. */
import { openEngine, type Session, type SessionOptions, type TensorData } from '../engines/index.js';
import { GenerationOptions } from '../generation/options.js';
import { FULL_PRECISION, type Precision } from '../precision/precision.js';
import { CrossModal } from '../reduction/cross-modal.js';
import { parseReduction, type ReductionSpec } from '../reduction/registry.js';
import { featureOutput, inspectModel, type ModelDescription } from './inspect.js';
import type { ModelOptions } from './model-reference.js';
import { type OpenModelSettings, openModel } from './open-model.js';
import { partSessions } from './part-sessions.js';
import { checkInputs, feedsOf } from './predict.js';
import { requireDecoder } from './predict-options.js';
import { predictParts } from './predict-parts.js';
import { similarityOutputs } from './similarity.js';

/** What the parts behind the image encoder read. */
const IMAGE_TOKENS = 'last_hidden_state';

export interface LoadOptions {
  /** A method and its parameters, such as `{ method: 'turbo', tokensPerLayer: 8 }`; default none. */
  readonly reduction?: unknown;
  /** Default `onnxruntime`. */
  readonly engine?: string;
  /** Threads that one operator may use; default 1. */
  readonly threads?: number;
  /** Which outputs `run` returns; by default the features or logits, and `token_sizes`. */
  readonly outputs?: readonly string[];
  /** Default `float32`; `int8-static` is for experiments, which have samples. */
  readonly precision?: Precision;
  readonly session?: Partial<SessionOptions>;
  /** Where a hub id is looked up. */
  readonly hub?: OpenModelSettings;
}

export interface RunOptions {
  /** Generate texts, by a model with a decoder: `{ numBeams: 3, maxLength: 20 }`; `{}` is greedy. */
  readonly generate?: Partial<GenerationOptions>;
  /** Such as `{ drop: 0.07, maxDrop: 0.8 }`. */
  readonly crossModal?: Partial<CrossModal>;
}

export interface LoadedModel {
  readonly reduction: ReductionSpec;
  /** Class names in the order of `logits`. */
  readonly labels: readonly string[] | null;
  /** Tokens, FLOPs and parameters layer by layer. */
  describe(): ModelDescription;
  /**
   * Runs the parts whose inputs are given. A size that is met for the first time makes a new session.
   *
   * @param inputs `pixel_values` [B, 3, H, W] float32; `input_ids`, `attention_mask` and `decoder_input_ids` [T, L] int64
   * @param options how texts are generated, and image tokens that the text side lets go
   * @returns outputs by Hugging Face's names; `logits_per_image` when both towers ran, `sequences` when texts were generated
   */
  run(
    inputs: Readonly<Record<string, TensorData>>,
    options?: RunOptions,
  ): Promise<Record<string, TensorData>>;
  /** Frees sessions and files. */
  close(): Promise<void>;
}

/**
 * Loads a model.
 *
 * @param reference a folder in Hugging Face's layout, a hub id with revision, `random:<preset>`, or an object
 */
export async function loadModel(
  reference: string | ModelOptions,
  options: LoadOptions = {},
): Promise<LoadedModel> {
  const reduction = parseReduction(options.reduction ?? { method: 'none' });
  const engine = await openEngine(options.engine ?? 'onnxruntime');
  const model = await openModel(reference, options.hub);
  const sessions = new Map<string, Promise<Session>>();
  const { precision = FULL_PRECISION } = options;
  const sessionOptions = { threads: options.threads ?? 1, precision, ...options.session };
  const parts = partSessions(model, engine, sessionOptions);
  const known = [...model.visionOutputs, ...model.textOutputs];
  const wanted = options.outputs ?? [featureOutput(model), 'token_sizes', 'text_embeds'];
  const outputs = wanted.filter((name) => options.outputs !== undefined || known.includes(name));
  const readsImage = model.parts.length > 0;
  const visionOutputs = [
    ...new Set([
      ...outputs.filter((name) => !model.textOutputs.includes(name)),
      ...(readsImage ? [IMAGE_TOKENS] : []),
    ]),
  ];
  const textOutputs = outputs.filter((name) => model.textOutputs.includes(name));

  const sessionFor = (inputs: ReadonlyMap<string, TensorData>, tower: 'vision' | 'text') => {
    const shape = inputs.get(tower === 'vision' ? 'pixel_values' : 'input_ids')!.shape.slice(1);
    const key = `${tower} ${shape.join(' ')}`;
    const found = sessions.get(key);
    if (found !== undefined) return found;
    const graph =
      tower === 'text'
        ? model.buildText({ sequenceLength: shape[0]!, outputs: textOutputs })
        : model.buildVision({
            reduction,
            outputs: visionOutputs,
            imageHeight: shape[1]!,
            imageWidth: shape[2]!,
          }).graph;
    const made = engine.createSession(graph, sessionOptions);
    sessions.set(key, made);
    made.catch(() => sessions.delete(key));
    return made;
  };

  return {
    reduction,
    labels: model.labels,
    describe: () => inspectModel(model, reduction, precision),
    async run(given, { generate, crossModal } = {}) {
      const inputs = new Map(Object.entries(given));
      checkInputs(model, inputs);
      if (generate !== undefined) requireDecoder(model);
      const results: Record<string, TensorData> = {};
      for (const [tower, feeds] of Object.entries(feedsOf(model, inputs))) {
        if (tower === 'text' && textOutputs.length === 0) continue;
        const session = await sessionFor(inputs, tower as 'vision' | 'text');
        Object.assign(results, await session.run(feeds));
      }
      if (readsImage && results[IMAGE_TOKENS] !== undefined) {
        const behind = await predictParts({
          ...{ model, sessions: parts, inputs, image: results[IMAGE_TOKENS] },
          generate: generate === undefined ? null : GenerationOptions.parse(generate),
          crossModal: crossModal === undefined ? null : CrossModal.parse(crossModal),
        });
        if (!outputs.includes(IMAGE_TOKENS)) delete results[IMAGE_TOKENS];
        Object.assign(results, behind);
      }
      return { ...results, ...similarityOutputs(model, results) };
    },
    async close() {
      for (const session of sessions.values()) await (await session).release();
      sessions.clear();
      await parts.release();
      model.close();
    },
  };
}

/**
 * A decoder with its cache: graphs for the prompt and for one step, and the keys and values of what was said, in the memory of the process or on the device.
 *
 * Beams share rows of the cache: `cache_rows` says which row stands at which position of which beam.
 */
import { type Engine, pickRows, type SessionOptions, type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { NextTokens, SequenceDecoder } from '../generation/sequence-decoder.js';
import type { Graph } from '../graph/tensor.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { DecoderCache } from './decoder-cache.js';
import { openDeviceDecoder, stepOutputsOnDevice } from './device-cache.js';
import { hostCache, stepOutputsOnHost } from './host-cache.js';
import type { Model } from './model.js';

export interface TextDecoderOptions {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Tokens that the decoder looks at. */
  readonly imageTokens: number;
  /** Whether some of them may be padding. */
  readonly imageMask: boolean;
  readonly beams: number;
  readonly promptLength: number;
  /** Tokens of a text at most. */
  readonly maxLength: number;
  readonly crossModal: CrossModal | null;
}

export interface TextDecoder {
  /**
   * Begins a batch.
   *
   * @param states [images, N, C] float32 @param mask [images, N] int64, where the decoder was opened with one
   */
  begin(states: TensorData, mask?: TensorData): SequenceDecoder;
  release(): Promise<void>;
}

const IMAGE_LAYER = /^image(?:_columns)?\.(\d+)$/;

export async function openTextDecoder(options: TextDecoderOptions): Promise<TextDecoder> {
  const { model, engine, imageTokens, imageMask, beams, maxLength, crossModal, session } = options;
  const request = { sequenceLength: options.promptLength, imageTokens, imageMask, beams, crossModal };
  const all = Object.keys(model.buildPart('decoder', request).outputs).filter((name) => name !== 'logits');
  const promptGraph = model.buildPart('decoder', {
    ...request,
    outputs: all.filter(
      (name) => crossModal?.choose !== 'every-step' || (IMAGE_LAYER.exec(name)?.[1] ?? '0') === '0',
    ),
  });
  const ofStep = Object.keys(model.buildPart('decoderStep', request).outputs);
  const stepGraph = (outputs: readonly string[]): Graph =>
    model.buildPart('decoderStep', { ...request, outputs });
  const begin = (cache: DecoderCache, states: TensorData, mask?: TensorData): SequenceDecoder =>
    new CachedSequences(cache, options, states, mask ?? null);
  if (engine.leavesOutputs?.(session.device ?? 'cpu') === true) {
    const decoder = await openDeviceDecoder(engine, session, {
      ...{ promptGraph, stepGraph: stepGraph(stepOutputsOnDevice(ofStep)), beams },
    });
    return {
      begin: (states, mask) => begin(decoder.begin(), states, mask),
      release: () => decoder.release(),
    };
  }
  const promptSession = await engine.createSession(promptGraph, session);
  const stepSession = await engine.createSession(stepGraph(stepOutputsOnHost(ofStep)), session);
  return {
    begin: (states, mask) => begin(hostCache({ promptSession, stepSession, beams, maxLength }), states, mask),
    async release() {
      await promptSession.release();
      await stepSession.release();
    },
  };
}

/** One batch on its way. */
class CachedSequences implements SequenceDecoder {
  #images: number;
  #mask: TensorData | null;
  #positions = 0;
  /** Rows in the cache. */
  #rowCount = 0;
  /** [positions, images, beams] row of the cache, for more than one beam. */
  #rows: Int32Array = new Int32Array(0);

  constructor(
    private readonly cache: DecoderCache,
    private readonly options: TextDecoderOptions,
    private readonly states: TensorData,
    mask: TensorData | null,
  ) {
    this.#images = states.shape[0]!;
    this.#mask = mask;
  }

  get images(): number {
    return this.#images;
  }

  async start(prompt: readonly number[]): Promise<NextTokens> {
    const { promptLength } = this.options;
    if (prompt.length !== promptLength) {
      throw new TurboError('The decoder was opened for a prompt of another length.', {
        value: prompt.length,
        allowed: String(promptLength),
      });
    }
    const ids = new BigInt64Array(this.#images * promptLength);
    for (let at = 0; at < ids.length; at++) ids[at] = BigInt(prompt[at % promptLength]!);
    const feeds = {
      decoder_input_ids: tensorData(ids, [this.#images, promptLength]),
      encoder_hidden_states: this.states,
      ...this.#maskFeed(),
    };
    const outputs = await this.cache.prompt(feeds, this.#images);
    this.#positions = promptLength;
    this.#rowCount = promptLength * this.#images;
    this.#rows = this.#rowsOf((position, image) => position * this.#images + image);
    return nextOf(outputs);
  }

  async step(tokens: ArrayLike<number>, parents: ArrayLike<number>): Promise<NextTokens> {
    const { beams } = this.options;
    const count = this.#images * beams;
    if (beams > 1) {
      const before = this.#rows;
      this.#rows = this.#rowsOf(
        (position, image, beam) => before[position * count + image * beams + parents[image * beams + beam]!]!,
      );
    }
    const outputs = await this.cache.step({
      input_ids: tensorData(
        BigInt64Array.from({ length: count }, (_, at) => BigInt(tokens[at]!)),
        [this.#images, beams],
      ),
      position: tensorData(BigInt64Array.of(BigInt(this.#positions)), [1]),
      ...(beams === 1
        ? {}
        : {
            cache_rows: tensorData(BigInt64Array.from(this.#rows, BigInt), [
              this.#positions,
              this.#images,
              beams,
            ]),
          }),
      ...this.#maskFeed(),
    });
    const first = this.#rowCount;
    this.#rowCount += count;
    const before = this.#rows;
    this.#positions++;
    this.#rows = this.#rowsOf((position, image, beam) => {
      const at = image * beams + beam;
      return position === this.#positions - 1 ? first + at : before[position * count + at]!;
    });
    return nextOf(outputs);
  }

  async keep(images: readonly number[]): Promise<void> {
    const { beams } = this.options;
    if (this.#mask !== null) this.#mask = pickRows(this.#mask, images);
    const count = this.#images * beams;
    const kept = images.length * beams;
    const rows = new Int32Array(this.#positions * kept);
    for (let position = 0; position < this.#positions; position++)
      images.forEach((image, at) => {
        for (let beam = 0; beam < beams; beam++)
          rows[position * kept + at * beams + beam] = this.#rows[position * count + image * beams + beam]!;
      });
    await this.cache.keep(images, rows);
    this.#images = images.length;
    this.#rowCount = rows.length;
    this.#rows = rows.map((_, at) => at);
  }

  release(): void {
    this.cache.release();
  }

  #maskFeed(): Record<string, TensorData> {
    return this.#mask === null ? {} : { encoder_attention_mask: this.#mask };
  }

  #rowsOf(row: (position: number, image: number, beam: number) => number): Int32Array {
    const { beams } = this.options;
    const rows = new Int32Array(this.#positions * this.#images * beams);
    let at = 0;
    for (let position = 0; position < this.#positions; position++)
      for (let image = 0; image < this.#images; image++)
        for (let beam = 0; beam < beams; beam++) rows[at++] = row(position, image, beam);
    return rows;
  }
}

function nextOf(outputs: Readonly<Record<string, TensorData>>): NextTokens {
  const { next_logits: logits, log_normalizer: normalizer } = outputs;
  return {
    logits: logits!.data as Float32Array,
    vocabulary: logits!.shape.at(-1)!,
    logNormalizer: normalizer!.data as Float32Array,
  };
}

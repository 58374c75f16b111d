/**
 * A decoder with its cache: sessions for the prompt and for one step, and the keys and values of what was said.
 *
 * The cache lies in one array per layer, by position. ONNX Runtime reads it in place through a view, and a step adds the rows of its own token at the end; nothing
 * that is there moves until images leave the batch. Beams share rows: `cache_rows` says which row stands at which position of which beam.
 */
import {
  type Engine,
  pickRows,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { NextTokens, SequenceDecoder } from '../generation/sequence-decoder.js';
import type { CrossModal } from '../reduction/cross-modal.js';
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

const ofImage = /^image(?:_columns)?\.(\d+)$/;
const cached = /^(?:keys|values)\.\d+$/;

export async function openTextDecoder(options: TextDecoderOptions): Promise<TextDecoder> {
  const { model, engine, imageTokens, imageMask, beams, crossModal } = options;
  const request = { sequenceLength: options.promptLength, imageTokens, imageMask, beams, crossModal };
  const all = Object.keys(model.buildPart('decoder', request).outputs).filter((name) => name !== 'logits');
  const promptGraph = model.buildPart('decoder', {
    ...request,
    outputs: all.filter(
      (name) => crossModal?.choose !== 'every-step' || (ofImage.exec(name)?.[1] ?? '0') === '0',
    ),
  });
  const stepGraph = model.buildPart('decoderStep', request);
  const prompt = await engine.createSession(promptGraph, options.session);
  const step = await engine.createSession(stepGraph, options.session);
  return {
    begin: (states, mask) => new CachedSequences(prompt, step, options, states, mask ?? null),
    async release() {
      await prompt.release();
      await step.release();
    },
  };
}

/** Rows of one layer's keys or values, in an array with room for all positions. */
interface CacheArray {
  values: Float32Array;
}

/** One batch on its way. */
class CachedSequences implements SequenceDecoder {
  readonly #cache = new Map<string, CacheArray>();
  readonly #fixed = new Map<string, TensorData>();
  #images: number;
  #positions = 0;
  /** Rows in every cache array. */
  #rowCount = 0;
  /** [positions, images, beams] row of the cache, for more than one beam. */
  #rows: Int32Array = new Int32Array(0);
  #width = 0;

  constructor(
    private readonly prompt: Session,
    private readonly stepSession: Session,
    private readonly options: TextDecoderOptions,
    private readonly states: TensorData,
    mask: TensorData | null,
  ) {
    this.#images = states.shape[0]!;
    if (mask !== null) this.#fixed.set('encoder_attention_mask', mask);
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
    const outputs = await this.prompt.run({
      decoder_input_ids: tensorData(ids, [this.#images, promptLength]),
      encoder_hidden_states: this.states,
      ...Object.fromEntries(this.#fixed),
    });
    for (const [name, value] of Object.entries(outputs)) {
      if (ofImage.test(name)) this.#fixed.set(name, value);
      else if (cached.test(name)) this.#beginCache(name, value);
    }
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
    const outputs = await this.stepSession.run({
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
      ...this.#cacheFeeds(),
      ...Object.fromEntries(this.#fixed),
    });
    for (const [name, array] of this.#cache)
      array.values.set(outputs[`new_${name}`]!.data as Float32Array, this.#rowCount * this.#width);
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

  keep(images: readonly number[]): void {
    const { beams } = this.options;
    for (const [name, value] of this.#fixed) this.#fixed.set(name, pickRows(value, images));
    const count = this.#images * beams;
    const kept = images.length * beams;
    const rows = new Int32Array(this.#positions * kept);
    for (let position = 0; position < this.#positions; position++)
      images.forEach((image, at) => {
        for (let beam = 0; beam < beams; beam++)
          rows[position * kept + at * beams + beam] = this.#rows[position * count + image * beams + beam]!;
      });
    for (const array of this.#cache.values()) {
      const values = new Float32Array(this.#capacity(images.length));
      rows.forEach((row, at) => {
        values.set(array.values.subarray(row * this.#width, (row + 1) * this.#width), at * this.#width);
      });
      array.values = values;
    }
    this.#images = images.length;
    this.#rowCount = rows.length;
    this.#rows = rows.map((_, at) => at);
  }

  #capacity(images: number): number {
    return this.options.maxLength * images * this.options.beams * this.#width;
  }

  #beginCache(name: string, { data, shape }: TensorData): void {
    this.#width = shape[2]!;
    const values = new Float32Array(this.#capacity(this.#images));
    values.set(data as Float32Array);
    this.#cache.set(name, { values });
  }

  #cacheFeeds(): Record<string, TensorData> {
    const { beams } = this.options;
    const shape = beams === 1 ? [this.#positions, this.#images, this.#width] : [this.#rowCount, this.#width];
    return Object.fromEntries(
      [...this.#cache].map(([name, { values }]) => [
        name,
        tensorData(values.subarray(0, this.#rowCount * this.#width), shape),
      ]),
    );
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

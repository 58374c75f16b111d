/**
 * What a task is to the runner: samples to put through the image encoder, and a way to score what comes out.
 *
 * A task is prepared once per model (its text features, its classes) and starts a new scoring for every variant, so that all
 * variants see the same samples and the same text.
 */

import type { Engine, SessionOptions, TensorData } from '../engines/index.js';
import type { ImagePool } from '../images/image-pool.js';
import type { BadSample, ImageSample } from '../images/prefetch.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';
import type { Model } from '../models/model.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { TextMerging } from '../reduction/text-merging.js';
import type { Example } from './examples.js';

export type Outputs = Readonly<Record<string, TensorData>>;

/** Metrics by name, as fractions. */
export type Metrics = Readonly<Record<string, number>>;

/** Collects the predictions of one variant. */
export interface Scoring {
  /**
   * Takes the outputs of one batch. A sample that comes again replaces what it said before.
   *
   * @param positions of the batch's images among the samples @param outputs of the image encoder, by name
   */
  add(positions: readonly number[], outputs: Outputs): void;
  /** The same for the samples of `references`. */
  addReference(positions: readonly number[], outputs: Outputs): void;
  /** What remains to be done when all samples are there, before `score`; not timed. */
  settle?(textSide: TextSide): Promise<void>;
  /** How many samples have a prediction. */
  count(): number;
  score(): Metrics;
  /** What became of every sample, in their order; absent where nothing is scored. After `score`. */
  outcomes?(): readonly SampleOutcome[];
  /** What was said about a few samples, for a person to look at; absent where nothing is said in words. */
  examples?(): readonly Example[];
}

/** A task made ready for one model: one that every variant runs and is scored on, or a measurement of the model itself. */
export type AnyPreparedTask = PreparedTask | Measurement;

/** A measurement that is neither timed nor compared. */
export interface Measurement {
  readonly kind: 'measurement';
  measure(
    pool: ImagePool,
    batchSize: number,
    onProgress: (done: number, total: number) => void,
    reduction: ReductionSpec,
  ): Promise<{
    readonly metrics: Metrics;
    readonly sampleCount: number;
    readonly badSamples: readonly BadSample[];
  }>;
}

/** What a variant's text side is opened for. */
export interface TextSideOptions {
  /** Tokens that the image encoder hands over. */
  readonly imageTokens: number;
  /** Image tokens that the text side lets go; null for none. */
  readonly crossModal: CrossModal | null;
  /** Text tokens that are merged in the text encoder; null for none. */
  readonly textMerging: TextMerging | null;
}

/** What a task does with the image tokens of one variant, timed apart from the image encoder. */
export interface TextSide {
  /**
   * @param positions of the batch's images among the samples @param outputs of the image encoder
   * @returns what the scoring reads beside them
   */
  run(positions: readonly number[], outputs: Outputs): Promise<Outputs>;
  release(): Promise<void>;
}

export interface PreparedTask {
  readonly kind: 'scored';
  readonly samples: readonly ImageSample[];
  /** Further images that every variant encodes before it is scored, such as the neighbours of kNN. */
  readonly references: readonly ImageSample[];
  /** Images that make one sample, side by side in `samples`; default 1. */
  readonly imagesPerSample?: number;
  /** Outputs of the image encoder that the scoring or the text side reads. */
  readonly outputs: readonly string[];
  /** Opens what runs behind the image encoder; absent where the encoder is all. */
  readonly openTextSide?: (options: TextSideOptions) => Promise<TextSide>;
  /** Whether its images have to be decoded, so that throughput from end to end means something. */
  readonly decodes: boolean;
  /** Why there are no metrics, such as `random weights`; empty otherwise. */
  readonly metricsNote: string;
  start(): Scoring;
}

/** What a task is prepared with. */
export interface TaskSetting {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Samples at most. */
  readonly limit: number | null;
  readonly seed: number;
}

export const RANDOM_WEIGHTS = 'random weights';

/** A task that only counts what comes back: there is nothing to score. */
export function unscored(
  samples: readonly ImageSample[],
  outputs: readonly string[],
  metricsNote: string,
): PreparedTask {
  return {
    kind: 'scored',
    samples,
    references: [],
    outputs,
    decodes: metricsNote === RANDOM_WEIGHTS,
    metricsNote,
    start() {
      const seen = new Set<number>();
      return {
        add: (positions) => {
          for (const position of positions) seen.add(position);
        },
        addReference: () => {},
        count: () => seen.size,
        score: () => ({}),
      };
    },
  };
}

/** Rows of float32 outputs, kept by position. */
export interface RowStore {
  set(positions: readonly number[], rows: TensorData): void;
  count(): number;
  /** Numbers in one row; 0 before the first. */
  width(): number;
  /** [count, width] the rows that were set, in order of position, and their positions. */
  filled(): { readonly rows: Float32Array; readonly positions: readonly number[] };
}

/** @param capacity positions are below this */
export function rowStore(capacity: number): RowStore {
  let width = 0;
  let rows = new Float32Array(0);
  const seen = new Uint8Array(capacity);
  return {
    set(positions, { data, shape }) {
      const rowWidth = data.length / (shape[0] ?? 1);
      if (width === 0) {
        width = rowWidth;
        rows = new Float32Array(capacity * width);
      }
      positions.forEach((position, row) => {
        rows.set((data as Float32Array).subarray(row * rowWidth, (row + 1) * rowWidth), position * width);
        seen[position] = 1;
      });
    },
    count: () => seen.reduce((sum, flag) => sum + flag, 0),
    width: () => width,
    filled() {
      const positions = [...seen.keys()].filter((position) => seen[position] === 1);
      const packed = new Float32Array(positions.length * width);
      positions.forEach((position, row) => {
        packed.set(rows.subarray(position * width, (position + 1) * width), row * width);
      });
      return { rows: packed, positions };
    },
  };
}

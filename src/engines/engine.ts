/**
 * What turbo-bench asks of something that runs graphs. Nothing outside of this folder knows a concrete engine.
 */
import type { DataType, Graph } from '../graph/index.js';
import type { Precision } from '../precision/precision.js';
import type { Ranges } from '../precision/ranges.js';

/** Values of a tensor in row-major order. float16 and bfloat16 are bit patterns in a `Uint16Array`. */
export interface TensorData {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}
export type TensorArray = Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array | Uint16Array;

export type GraphOptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

export interface SessionOptions {
  /** Threads that one operator may use. */
  readonly threads: number;
  /** Default `all`. */
  readonly graphOptimizationLevel?: GraphOptimizationLevel;
  /** Default `cpu`. */
  readonly device?: string;
  /** Default `float32`. What `openEngine` returns sees to it; the engine itself is handed the rewritten graph. */
  readonly precision?: Precision;
  /** For `int8-static`: what goes into the dense layers of the graph. */
  readonly ranges?: Ranges | undefined;
  /** Options of the engine itself, from the experiment. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A graph made ready to run. */
export interface Session {
  /** Where the operators really run, such as `cpu`. */
  readonly device: string;
  /**
   * @param feeds one value for every graph input, by name
   * @param outputs names of the wanted outputs; default all
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    outputs?: readonly string[],
  ): Promise<Record<string, TensorData>>;
  /** Frees the memory. Safe to call again. */
  release(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** Version of the package that does the work; part of a trial's identity. */
  readonly version: string;
  /** Refuses a device that there is not, or that lacks a package; nothing is loaded for it. Left out where any will do. @throws TurboError */
  requireDevice?(device: string): void;
  /** Precisions that a device computes in; left out where that is float32 alone. */
  precisions?(device: string): readonly Precision[];
  /** The most threads that an operator uses on a device; left out or undefined where there is no such bound. */
  threadLimit?(device: string): number | undefined;
  createSession(graph: Graph, options: SessionOptions): Promise<Session>;
}

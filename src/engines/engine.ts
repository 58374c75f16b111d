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

/** A value on the device that computed it, for the sessions of that engine and device. */
export interface DeviceValue {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** The same values under another shape of as many elements; one of the two is released, and both are. */
  reshaped(shape: readonly number[]): DeviceValue;
  /** Frees its memory. */
  release(): void;
}

export type GraphOptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

export interface SessionOptions {
  /** Threads that one operator may use. */
  readonly threads: number;
  /** Default `all`. */
  readonly graphOptimizationLevel?: GraphOptimizationLevel;
  /** Default `cpu`. */
  readonly device?: string;
  /** Which of several devices of this kind, from 0; the first where it is left out. */
  readonly deviceId?: number | undefined;
  /** Options of what computes on the device, from the experiment. */
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Default `float32`. What `openEngine` returns sees to it; the engine itself is handed the rewritten graph. */
  readonly precision?: Precision;
  /** For `int8-static`: what goes into the dense layers of the graph. */
  readonly ranges?: Ranges | undefined;
  /** Outputs that `runOnDevice` leaves on the device. */
  readonly deviceOutputs?: readonly string[];
  /** Options of the engine itself, from the experiment. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Where operators ran: how many of each, by device. */
export interface Placement {
  readonly operators: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Those of the path of computation that the device left to the CPU. What only counts positions is not among them. */
  readonly computeOnCpu: Readonly<Record<string, number>>;
}

/** A graph made ready to run. */
export interface Session {
  /** Where the operators really run, such as `cpu`; known for certain after the first run. */
  readonly device: string;
  /** Known after the first run; undefined before, and left out where all run in one place. */
  placement?(): Placement | undefined;
  /**
   * @param feeds one value for every graph input, by name
   * @param outputs names of the wanted outputs; default all
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    outputs?: readonly string[],
  ): Promise<Record<string, TensorData>>;
  /** A run with all outputs, that takes values of the device and leaves those of `deviceOutputs` there. Left out without any, and where the engine cannot do it. */
  runOnDevice?(feeds: Readonly<Record<string, TensorData | DeviceValue>>): Promise<RunOnDevice>;
  /** Frees the memory. Safe to call again. */
  release(): Promise<void>;
}

export interface RunOnDevice {
  readonly outputs: Record<string, TensorData>;
  /** Those of `deviceOutputs`, which the caller releases. */
  readonly left: Record<string, DeviceValue>;
}

export interface Engine {
  readonly name: string;
  /** Version of the package that does the work; part of a trial's identity. */
  readonly version: string;
  /** Names of the devices that it knows; left out for `cpu` alone. */
  readonly devices?: readonly string[];
  /** Refuses a device that there is not, or that lacks a package; nothing is loaded for it. Left out where any will do. @throws TurboError */
  requireDevice?(device: string): void;
  /** What `auto` stands for on this machine; left out where the engine has no such choice. */
  chooseDevice?(): Promise<string>;
  /** Runs something small on the device. Left out where every device that is not refused works. @throws TurboError that says what it lacks */
  tryDevice?(options: SessionOptions): Promise<void>;
  /** How merging is best written for the device; left out where that is by sorting. */
  formulation?(device: string): 'sorting' | 'matrix';
  /** Whether a device can leave outputs where they are and take them as inputs again; left out where none can. */
  leavesOutputs?(device: string): boolean;
  /** Precisions that a device computes in; left out where that is float32 alone. */
  precisions?(device: string): readonly Precision[];
  /** The most threads that an operator uses on a device; left out or undefined where there is no such bound. */
  threadLimit?(device: string): number | undefined;
  createSession(graph: Graph, options: SessionOptions): Promise<Session>;
}

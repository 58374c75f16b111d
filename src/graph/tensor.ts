/**
 * Symbolic tensors: immutable values that remember the node that makes them. A graph is what its outputs reach.
 */
import type { Shape, SymbolicDimension } from './dimension.js';

export type DataType = 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool';

/** A value in a graph, with its dtype and shape known before anything runs. */
export interface Tensor {
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly source: Source;
  /** Which output of its node it is; 0 for everything else. */
  readonly output: number;
}

/** Where a tensor comes from. */
export type Source = Input | Constant | Weight | DimensionSize | Node;

/** Handed in at every run. */
export interface Input {
  readonly kind: 'input';
  readonly name: string;
}

/** Small data that belongs to the graph (indices, masks, scalars), in row-major order. */
export interface Constant {
  readonly kind: 'constant';
  readonly data: ConstantData;
}
export type ConstantData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** A parameter that stays in its checkpoint until an engine asks for it. */
export interface Weight {
  readonly kind: 'weight';
  readonly name: string;
  readonly store: WeightStore;
}

/** The run-time size of a symbolic dimension, as int64 `[1]`; an engine reads it off a graph input. */
export interface DimensionSize {
  readonly kind: 'dimension';
  readonly dimension: SymbolicDimension;
}

/** What a graph needs to know of a checkpoint. */
export interface WeightStore {
  /** Raw little-endian bytes of one tensor in its stored dtype. */
  readBytes(name: string): Uint8Array;
  /** The place of these bytes in a file, when they lie there contiguously. */
  locate(name: string): WeightLocation | undefined;
}
export interface WeightLocation {
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
}

export type Attribute =
  | number
  | bigint
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** One operator applied to its inputs. */
export interface Node {
  readonly kind: 'node';
  readonly operator: string;
  readonly domain: '' | 'com.microsoft';
  /** Null stands for an optional input that is left out. */
  readonly inputs: readonly (Tensor | null)[];
  /** Plain numbers and number lists are ONNX integers; floats are wrapped so that 1.0 stays a float. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly { readonly dtype: DataType; readonly shape: Shape }[];
  /** The part of the network that it belongs to, such as `block 3 / attention`, for reports by layer. */
  readonly scope: string;
}

/** A network, ready for an engine. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/**
 * What a kernel is: one operator of the graph, computed with TensorFlow.js.
 *
 * A kernel may leave temporary tensors behind, they are freed for it; it never frees or changes its inputs.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { TurboError } from '../../../errors/turbo-error.js';
import type { Node } from '../../../graph/index.js';

export interface KernelCall {
  readonly node: Node;
  /** Null stands for an input that is left out, or that is read as plain numbers. */
  readonly inputs: readonly (Tensor | null)[];
  /** Sizes of every output, the symbols resolved. */
  readonly shapes: readonly (readonly number[])[];
}

export interface Kernel {
  /** All outputs in order, or the only one. */
  readonly compute: (call: KernelCall) => Tensor | readonly Tensor[];
  /** Inputs that are constants of the graph (axes, bounds, …) or say what the shape of the output says: they never become tensors. */
  readonly plainInputs?: readonly number[];
}

/** The numbers of a constant input; undefined where it is left out. */
export function plainNumbers(node: Node, at: number): number[] | undefined {
  const source = node.inputs[at]?.source;
  if (source === undefined) return undefined;
  if (source.kind === 'constant') return Array.from(source.data as ArrayLike<number | bigint>, Number);
  throw new TurboError(`tfjs wants input ${at} of ${node.operator} to be a constant`, { value: source.kind });
}

/** An attribute that is a whole number. */
export function integerAttribute(node: Node, name: string, byDefault: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : byDefault;
}

/** An attribute that is a list of whole numbers. */
export function listAttribute(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

/** An attribute that is a float. */
export function floatAttribute(node: Node, name: string, byDefault: number): number {
  const value = node.attributes[name];
  return typeof value === 'object' && 'float' in value ? value.float : byDefault;
}

/** A non-negative axis. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Follows a plan: computes one step after the other and frees what nothing reads any more, also when a step fails.
 */
import { clone, type Tensor as HeldTensor, tensor as makeTensor, tidy } from '@tensorflow/tfjs-core';
import { TurboError } from '../../errors/turbo-error.js';
import {
  type Node,
  resolveDimension,
  type Source,
  type SymbolValues,
  type Tensor,
} from '../../graph/index.js';
import type { TensorData } from '../engine.js';
import { countOf, sameSizes } from './kernels/kernel.js';
import { kernels } from './kernels/registry.js';
import { fromValues, heldAs, zeroValues } from './kernels/typed-array.js';
import { type Step, tensorsReadBy } from './run-plan.js';
import { constantData, upload } from './transfer.js';

/** The tensors of every source, by output; freed ones are undefined. */
export type Values = Map<Source, (HeldTensor | undefined)[]>;

export interface Execution {
  readonly steps: readonly Step[];
  readonly symbols: SymbolValues;
  /** Values of the graph's inputs by name. */
  readonly feeds: Readonly<Record<string, TensorData>>;
  /** What was computed before and stays. */
  readonly held: ReadonlyMap<Source, readonly (HeldTensor | undefined)[]>;
  /** Makes an error of what a step threw. */
  readonly failed: (source: Source, thrown: unknown) => Error;
}

/** What the steps leave behind: the tensors that were wanted. The caller frees them. */
export function execute({ steps, symbols, feeds, held, failed }: Execution): Values {
  const values: Values = new Map();
  const tensorOf = ({ source, output }: Tensor): HeldTensor =>
    (held.get(source) ?? values.get(source))![output]!;
  for (const { source, tensor, frees } of steps) {
    try {
      values.set(source, computed(source, tensor, symbols, feeds, tensorOf));
    } catch (thrown) {
      freeAll(values);
      throw failed(source, thrown);
    }
    for (const { source: done, output } of frees) {
      values.get(done)![output]!.dispose();
      values.get(done)![output] = undefined;
    }
  }
  return values;
}

export function freeAll(values: Values): void {
  for (const tensors of values.values()) for (const tensor of tensors) tensor?.dispose();
  values.clear();
}

function computed(
  source: Source,
  tensor: Tensor,
  symbols: SymbolValues,
  feeds: Readonly<Record<string, TensorData>>,
  tensorOf: (tensor: Tensor) => HeldTensor,
): HeldTensor[] {
  switch (source.kind) {
    case 'input':
      return [upload(feeds[source.name]!)];
    case 'constant':
    case 'weight':
      return [upload(constantData(tensor))];
    case 'dimension':
      return [makeTensor([resolveDimension(source.dimension, symbols)], [1], 'int32')];
    case 'node':
      return computedNode(
        source,
        tensorsReadBy(source).map((read) => read && tensorOf(read)),
        symbols,
      );
  }
}

function computedNode(
  node: Node,
  inputs: readonly (HeldTensor | null)[],
  symbols: SymbolValues,
): HeldTensor[] {
  const shapes = node.outputs.map(({ shape }) => shape.map((side) => resolveDimension(side, symbols)));
  if (shapes.every((shape) => countOf(shape) === 0))
    return shapes.map((shape, output) => fromValues(zeroValues(node.outputs[output]!.dtype, 0), shape));
  const kernel = kernels[node.operator];
  if (kernel === undefined) throw new TurboError(`tfjs has no kernel for ${node.operator}`);
  const results = tidy(() => {
    const made = [kernel.compute({ node, inputs, shapes })].flat() as HeldTensor[];
    return made.map((tensor) => (inputs.includes(tensor) ? clone(tensor) : tensor));
  });
  results.forEach((result, output) => {
    const wanted = heldAs(node.outputs[output]!.dtype);
    if (sameSizes(result.shape, shapes[output]!) && result.dtype === wanted) return;
    for (const tensor of results) tensor.dispose();
    throw new TurboError(`${node.operator} gave another tensor than the graph says`, {
      value: `${result.dtype} [${result.shape.join(', ')}]`,
      allowed: `${wanted} [${shapes[output]!.join(', ')}]`,
    });
  });
  return results;
}

/**
 * How many trained numbers a graph holds, and in how many bytes.
 */
import { sourcesOf } from './network.js';
import type { DataType, Graph, Tensor, Weight } from './tensor.js';

/** Every weight that the graph reaches, once, in the order in which it is first needed. */
export function weightsOf(network: Graph): (Tensor & { readonly source: Weight })[] {
  const found = new Map<object, Set<string>>();
  const weights: (Tensor & { source: Weight })[] = [];
  const look = (tensor: Tensor | null) => {
    if (tensor?.source.kind !== 'weight') return;
    const { store, name } = tensor.source;
    const names = found.get(store) ?? new Set();
    found.set(store, names);
    if (!names.has(name)) weights.push({ ...tensor, source: tensor.source });
    names.add(name);
  };
  for (const source of sourcesOf(network)) if (source.kind === 'node') source.inputs.forEach(look);
  Object.values(network.outputs).forEach(look);
  return weights;
}

/** Sum of the elements of all weights; a weight that is used twice counts once. */
export function parameterCount(network: Graph): number {
  return weightsOf(network).reduce((total, { shape }) => total + elementsOf(shape), 0);
}

/** Bytes of all weights in the dtype in which the graph takes them, scales of quantised ones included; what an engine makes of them may be larger. */
export function weightBytes(network: Graph): number {
  return weightsOf(network).reduce(
    (total, { shape, dtype }) => total + elementsOf(shape) * bytesOf[dtype],
    0,
  );
}

const bytesOf: Readonly<Record<DataType, number>> = {
  ...{ float32: 4, float16: 2, bfloat16: 2 },
  ...{ int64: 8, int32: 4, int8: 1, uint8: 1, bool: 1 },
};

function elementsOf(shape: Tensor['shape']): number {
  return shape.reduce<number>((count, size) => count * (size as number), 1);
}

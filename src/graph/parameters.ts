/**
 * How many trained numbers a graph holds.
 */
import { sourcesOf } from './network.js';
import type { Graph, Tensor, Weight } from './tensor.js';

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
  return weightsOf(network).reduce(
    (total, { shape }) => total + shape.reduce<number>((count, size) => count * (size as number), 1),
    0,
  );
}

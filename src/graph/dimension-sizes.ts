/**
 * Gives every run-time dimension size a place to come from: the shape of a graph input that has its symbol.
 */
import { TurboError } from '../errors/turbo-error.js';
import { formatDimension, type SymbolicDimension } from './dimension.js';
import { div, mul } from './operators/arithmetic.js';
import { shape } from './operators/shape.js';
import { rewrite } from './rewrite.js';
import type { Graph, Tensor } from './tensor.js';

/** The same graph with `Shape` nodes in place of dimension sizes. */
export function resolveDimensionSizes(network: Graph): Graph {
  const known = new Map<string, Tensor>();
  return rewrite(network, (source) => {
    if (source.kind !== 'dimension') return undefined;
    const key = formatDimension(source.dimension);
    const size = known.get(key) ?? sizeFromInput(network, source.dimension);
    known.set(key, size);
    return [size];
  });
}

function sizeFromInput(network: Graph, wanted: SymbolicDimension): Tensor {
  for (const tensor of network.inputs) {
    for (const [axis, side] of tensor.shape.entries()) {
      if (typeof side === 'number' || side.symbol !== wanted.symbol) continue;
      const size = shape(tensor, { start: axis, end: axis + 1 });
      const unit = side.times === 1 || side.times === wanted.times ? size : div(size, side.times);
      return side.times === wanted.times || wanted.times === 1 ? unit : mul(unit, wanted.times);
    }
  }
  throw new TurboError(`graph ${network.name} uses the dimension ${wanted.symbol}, which no input has`);
}

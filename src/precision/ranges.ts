/**
 * The ranges of what goes into dense layers, found by running a graph on samples.
 */
import { TurboError } from '../errors/turbo-error.js';
import { type Graph, reduceMax, reduceMin, rewrite, type Tensor } from '../graph/index.js';
import { denseLayerOf } from './dense-layers.js';

export interface Range {
  readonly min: number;
  readonly max: number;
}
/** By the name of the weight of the layer. */
export type Ranges = ReadonlyMap<string, Range>;

const MIN = ' min';
const MAX = ' max';

/** A graph that also puts out the least and the largest number that go into every dense layer. */
export function withRanges(network: Graph): Graph {
  const outputs: Record<string, Tensor> = {};
  rewrite(network, (source, inputs) => {
    const layer = denseLayerOf(source, inputs);
    if (layer === undefined) return undefined;
    outputs[`${layer.weight.source.name}${MIN}`] = reduceMin(layer.x, { axes: [0, 1], keepdims: false });
    outputs[`${layer.weight.source.name}${MAX}`] = reduceMax(layer.x, { axes: [0, 1], keepdims: false });
    return undefined;
  });
  return { ...network, outputs: { ...network.outputs, ...outputs } };
}

/** Takes in the outputs of one run of such a graph after another. */
export function collectRanges(): {
  add(outputs: Readonly<Record<string, { readonly data: ArrayLike<number | bigint> }>>): void;
  /** @throws TurboError when nothing was added, or a layer saw a number that is none */
  ranges(): Ranges;
} {
  const found = new Map<string, Range>();
  return {
    add(outputs) {
      for (const [output, { data }] of Object.entries(outputs)) {
        if (!output.endsWith(MIN)) continue;
        const name = output.slice(0, -MIN.length);
        const [low, high] = [Number(data[0]), Number(outputs[`${name}${MAX}`]!.data[0])];
        const known = found.get(name) ?? { min: 0, max: 0 };
        found.set(name, { min: Math.min(known.min, low), max: Math.max(known.max, high) });
      }
    },
    ranges() {
      if (found.size === 0) throw new TurboError('No samples to find the ranges of int8-static on');
      for (const [name, { min, max }] of found)
        if (!Number.isFinite(min) || !Number.isFinite(max))
          throw new TurboError('What goes into a layer is not finite, so it has no range', { where: name });
      return found;
    },
  };
}

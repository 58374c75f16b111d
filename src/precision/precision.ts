/**
 * In how many bits a network computes and keeps its weights: a finished float32 graph rewritten into another one.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { Graph } from '../graph/index.js';
import { withBfloat16Weights } from './bfloat16-weights.js';
import { withBlockwiseWeights } from './blockwise-layers.js';
import { inFloat16 } from './float16-graph.js';
import { withIntegerProducts } from './integer-layers.js';
import type { Ranges } from './ranges.js';

/** By name, each with what it does. */
export const precisions = {
  float32: 'everything in 32 bits',
  float16:
    'half the bits throughout, with float32 where sums and exponentials need it; on devices that compute so',
  'bfloat16-weights':
    'weights rounded to bfloat16 and widened, products in float32: half the file, no more speed',
  'int8-dynamic': 'dense layers in 8-bit whole numbers, the range of what comes in found at every run',
  'int8-static':
    'dense layers in 8-bit whole numbers, the range of what comes in found beforehand on samples',
  'int8-weights': 'weights of dense layers in 8 bits, 32 of them to a scale, products in float32',
  'int4-weights': 'weights of dense layers in 4 bits, 32 of them to a scale, products in float32',
} as const;
export type Precision = keyof typeof precisions;
export const precisionNames = Object.keys(precisions) as [Precision, ...Precision[]];

/** What everything is held against. */
export const FULL_PRECISION: Precision = 'float32';

/** The same for counting operations and bytes, which no range changes: with ranges, quantising costs a little less than without. */
export function countedIn(network: Graph, precision: Precision): Graph {
  return inPrecision(network, precision === 'int8-static' ? 'int8-dynamic' : precision);
}

/**
 * The same network in a precision. Dense layers are those with a weight of the checkpoint; convolutions, embeddings, normalisation,
 * the products of attention and the merging itself stay in float32, except in float16.
 *
 * @param ranges of what goes into dense layers, by the name of the weight; for `int8-static`, in which layers without one find it at every run
 * @throws TurboError for `int8-static` without ranges
 */
export function inPrecision(network: Graph, precision: Precision, ranges?: Ranges): Graph {
  switch (precision) {
    case 'float32':
      return network;
    case 'float16':
      return inFloat16(network);
    case 'bfloat16-weights':
      return withBfloat16Weights(network);
    case 'int8-dynamic':
      return withIntegerProducts(network);
    case 'int8-static':
      if (ranges === undefined || ranges.size === 0)
        throw new TurboError(
          'int8-static needs the ranges of what goes into each layer, and there are none',
          {
            where: `graph ${network.name}`,
            allowed: 'ranges that were found on samples',
            next: 'Run it in an experiment with a task that has images, or take int8-dynamic.',
          },
        );
      return withIntegerProducts(network, ranges);
    case 'int8-weights':
      return withBlockwiseWeights(network, 8);
    case 'int4-weights':
      return withBlockwiseWeights(network, 4);
  }
}

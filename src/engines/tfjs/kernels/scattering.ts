/**
 * Writing elements by position into a copy, on typed arrays: TensorFlow.js adds at repeated positions or overwrites, and knows
 * neither the other reductions nor positions along one axis. Writers of one place take turns in the order of the indices.
 */

import { elementPlaces, sliceStarts } from './indexing.js';
import type { Kernel } from './kernel.js';
import { axisOf, countOf, integerAttribute } from './kernel.js';
import { fromValues, valuesOf } from './typed-array.js';

const combine: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

export const scatteringKernels: Readonly<Record<string, Kernel>> = {
  ScatterElements: {
    compute({ node, inputs: [data, indices, updates], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', 0), shape!.length);
      const write = combine[String(node.attributes.reduction ?? 'none')]!;
      const result = valuesOf(data!).slice();
      const values = valuesOf(updates!);
      elementPlaces(shape!, indices!, axis).forEach((place, at) => {
        result[place] = write(result[place]!, values[at]!);
      });
      return fromValues(result, shape!);
    },
  },
  ScatterND: {
    compute({ node, inputs: [data, indices, updates], shapes: [shape] }) {
      const write = combine[String(node.attributes.reduction ?? 'none')]!;
      const sliced = countOf(shape!.slice(indices!.shape.at(-1)!));
      const result = valuesOf(data!).slice();
      const values = valuesOf(updates!);
      sliceStarts(shape!, indices!, 0).forEach((start, at) => {
        for (let inner = 0; inner < sliced; inner++)
          result[start + inner] = write(result[start + inner]!, values[at * sliced + inner]!);
      });
      return fromValues(result, shape!);
    },
  },
};

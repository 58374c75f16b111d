/**
 * The largest or smallest elements along an axis; of equals the lower position first.
 *
 * `tf.topk` keeps to that order too, but knows neither the smallest nor another axis than the last, and the trick of a negative
 * sign fails for the lowest int32. Sorting positions does all of it; NaN counts as larger than every number, as in NumPy.
 */
import { axisOf, countOf, integerAttribute, type Kernel } from './kernel.js';
import { aroundAxis, fromValues, type Values, valuesOf, zeroValues } from './typed-array.js';

/** Positions 0 … size − 1 of a line in the wanted order. */
function ordered(line: Values, isLargestFirst: boolean): Int32Array {
  const direction = isLargestFirst ? -1 : 1;
  const positions = Int32Array.from(line, (_, at) => at);
  return positions.sort((a, b) => {
    const [left, right] = [line[a]!, line[b]!];
    if (left === right) return a - b;
    if (Number.isNaN(left)) return Number.isNaN(right) ? a - b : direction;
    if (Number.isNaN(right)) return -direction;
    return left < right ? -direction : direction;
  });
}

export const sortingKernels: Readonly<Record<string, Kernel>> = {
  TopK: {
    compute({ node, inputs: [x], shapes: [shape] }) {
      const axis = axisOf(integerAttribute(node, 'axis', -1), x!.shape.length);
      const isLargestFirst = integerAttribute(node, 'largest', 1) === 1;
      const [outer, size, inner] = aroundAxis(x!.shape, axis);
      const count = shape![axis]!;
      const values = valuesOf(x!);
      const [taken, positions] = [
        zeroValues(node.outputs[0]!.dtype, countOf(shape!)),
        new Int32Array(countOf(shape!)),
      ];
      const line = zeroValues(node.outputs[0]!.dtype, size);
      for (let index = 0; index < outer * inner; index++) {
        const [block, column] = [Math.floor(index / inner), index % inner];
        for (let at = 0; at < size; at++) line[at] = values[(block * size + at) * inner + column]!;
        const order = ordered(line, isLargestFirst);
        for (let rank = 0; rank < count; rank++) {
          const to = (block * count + rank) * inner + column;
          positions[to] = order[rank]!;
          taken[to] = line[order[rank]!]!;
        }
      }
      return [fromValues(taken, shape!), fromValues(positions, shape!)];
    },
    plainInputs: [1],
  },
};

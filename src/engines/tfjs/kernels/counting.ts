/**
 * Tensors of positions: ranges, places of what is not zero, one-hot rows. They are small and whole, so typed arrays make them.
 */
import { TurboError } from '../../../errors/turbo-error.js';
import { axisOf, countOf, integerAttribute, type Kernel, plainNumbers } from './kernel.js';
import { aroundAxis, eachPosition, fromValues, valuesOf, zeroValues } from './typed-array.js';

export const countingKernels: Readonly<Record<string, Kernel>> = {
  Range: {
    compute({ node, inputs: [start, limit, delta], shapes: [shape] }) {
      const [first, end, step] = [start, limit, delta].map((bound) => valuesOf(bound!)[0]!);
      const length = Math.max(0, Math.ceil((end! - first!) / step!));
      refuseOtherCount('Range', length, shape![0]!);
      const result = zeroValues(node.outputs[0]!.dtype, length);
      return fromValues(
        result.map((_, at) => first! + at * step!),
        shape!,
      );
    },
  },
  NonZero: {
    compute({ inputs: [x], shapes: [shape] }) {
      const values = valuesOf(x!);
      const found: number[][] = [];
      eachPosition(x!.shape, (position, at) => {
        if (values[at] !== 0) found.push([...position]);
      });
      refuseOtherCount('NonZero', found.length, shape![1]!);
      const byAxis = x!.shape.flatMap((_, axis) => found.map((position) => position[axis]!));
      return fromValues(Int32Array.from(byAxis), shape!);
    },
  },
  OneHot: {
    compute({ node, inputs: [indices, , offOn], shapes: [shape] }) {
      const [depth] = plainNumbers(node, 1)!;
      const [off, on] = valuesOf(offOn!);
      const axis = axisOf(integerAttribute(node, 'axis', -1), shape!.length);
      const [outer, , inner] = aroundAxis(shape!, axis);
      const result = zeroValues(node.outputs[0]!.dtype, countOf(shape!)).fill(off!);
      valuesOf(indices!).forEach((index, at) => {
        const place = index < 0 ? index + depth! : index;
        if (place < 0 || place >= depth! || outer === 0) return;
        result[(Math.floor(at / inner) * depth! + place) * inner + (at % inner)] = on!;
      });
      return fromValues(result, shape!);
    },
    plainInputs: [1],
  },
};

/** The graph was built on a count that the caller vouched for. */
function refuseOtherCount(operator: string, found: number, promised: number): void {
  if (found !== promised)
    throw new TurboError(`${operator} finds another number of elements than the graph was built for`, {
      value: found,
      allowed: String(promised),
    });
}

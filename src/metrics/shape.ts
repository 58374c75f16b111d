/** A check that flat arrays have the length that their shape promises, before a metric reads past an end. */
import { TurboError } from '../errors/turbo-error.js';

/** Throws unless `length` equals the product of `shape` and no side is empty. */
export function requireShape(name: string, length: number, shape: readonly number[]): void {
  const expected = shape.reduce((product, side) => product * side, 1);
  if (length === expected && expected > 0) return;
  throw new TurboError(`A metric was given ${name} of the wrong length`, {
    value: length,
    allowed: `${expected > 0 ? expected : 'at least 1'} numbers, shape [${shape.join(', ')}]`,
    next: 'The count of predictions and the count of samples differ, or there are no samples: check the dataset.',
  });
}

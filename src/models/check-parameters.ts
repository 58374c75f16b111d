/** A checkpoint beside what its network expects: everything that is missing or of the wrong shape, in one error. */
import { nearestName } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';

const mostNamed = 40;

/**
 * Tensors that the network does not ask for are ignored: older files carry buffers such as `position_ids`, and heads
 * of the training task.
 */
export function checkParameters(
  expected: ReadonlyMap<string, readonly number[]>,
  stored: ReadonlyMap<string, readonly number[]>,
  where: string,
): void {
  const unused = [...stored.keys()].filter((name) => !expected.has(name));
  const faults: string[] = [];
  for (const [name, shape] of expected) {
    const found = stored.get(name);
    if (found === undefined) {
      const near = unused.length <= mostNamed ? nearestName(name, unused) : undefined;
      faults.push(
        `missing: ${name} [${shape.join(', ')}]${near === undefined ? '' : ` (did you mean ${near}?)`}`,
      );
    } else if (!sameShape(found, shape)) {
      faults.push(`wrong shape: ${name} is [${found.join(', ')}], needs [${shape.join(', ')}]`);
    }
  }
  if (faults.length === 0) return;
  throw new TurboError(
    `The checkpoint does not fit its config: ${faults.length} of ${expected.size} tensors are missing or have another shape.\n    ${faults.join('\n    ')}`,
    {
      where,
      next: 'check that config.json and the weights belong together; download both again if unsure',
    },
  );
}

/** A single number is stored as `[]` or `[1]`, depending on the version. */
function sameShape(a: readonly number[], b: readonly number[]): boolean {
  const isScalar = (shape: readonly number[]): boolean =>
    shape.every((side) => side === 1) && shape.length <= 1;
  if (isScalar(a) && isScalar(b)) return true;
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

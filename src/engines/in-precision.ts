/** An engine that runs graphs in the precision that is asked for: they are rewritten before it sees them. */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import {
  FULL_PRECISION,
  inPrecision,
  type Precision,
  precisionNames,
  precisions,
} from '../precision/precision.js';
import type { Engine } from './engine.js';

/** The same engine; a session in a precision that the device lacks is refused and never runs in another one. */
export function inPrecisions(engine: Engine): Engine {
  return {
    ...engine,
    async createSession(graph, { precision = FULL_PRECISION, ranges, ...options }) {
      requirePrecision(engine, precision, options.device);
      return engine.createSession(inPrecision(graph, precision, ranges), options);
    },
  };
}

/** @throws TurboError for a precision that there is not, or that the device of the engine lacks */
export function requirePrecision(
  engine: Pick<Engine, 'name' | 'precisions'>,
  precision: Precision,
  device = 'cpu',
): void {
  if (!Object.hasOwn(precisions, precision))
    throw new TurboError('There is no precision of this name', {
      value: precision,
      allowed: oneOf(precision, precisionNames),
    });
  const known = engine.precisions?.(device) ?? [FULL_PRECISION];
  if (known.includes(precision)) return;
  throw new TurboError(`${engine.name} does not compute in this precision on the device ${device}`, {
    value: precision,
    allowed: known.join(', '),
    next:
      precision === 'float16'
        ? 'It would compute in float32 and round in between, at no gain. Take a GPU, or int8-dynamic on a CPU.'
        : `Take another precision, or another engine; docs/precision.md tells what each has.`,
  });
}

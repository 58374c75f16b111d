/** Whether the engine of an experiment can run it on the device that it asks for, said before anything is planned. */
import type { Engine } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { EngineOptions } from '../experiment/measure-options.js';

/**
 * Threads that the engine gets when the experiment does not say: as many as there are cores and as the device can use.
 *
 * @throws TurboError for a device that the engine does not have, and for more threads than it can use
 */
export function usableThreads(
  engine: Engine,
  { device, threads }: Pick<EngineOptions, 'device' | 'threads'>,
  cores: number,
): number {
  engine.requireDevice?.(device);
  const limit = engine.threadLimit?.(device) ?? Number.POSITIVE_INFINITY;
  const tooMany = [threads ?? []].flat().find((count) => count > limit);
  if (tooMany !== undefined)
    throw new TurboError(`${engine.name} cannot use so many threads on ${device}`, {
      value: tooMany,
      allowed: `up to ${limit}`,
      where: 'engine.threads',
    });
  return Math.min(cores, limit);
}

/** Whether the engine of an experiment can run it on the device that it asks for, said before anything is planned. */
import type { Engine } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { EngineOptions } from '../experiment/measure-options.js';

/**
 * The device of the experiment, `auto` decided.
 *
 * @throws TurboError for a device that the engine does not have, or on which nothing can be run
 */
export async function usableDevice(
  engine: Engine,
  { device, deviceId, providerOptions }: Pick<EngineOptions, 'device' | 'deviceId' | 'providerOptions'>,
): Promise<string> {
  const chosen = device === 'auto' && engine.chooseDevice ? await engine.chooseDevice() : device;
  engine.requireDevice?.(chosen);
  if (chosen !== 'cpu' || deviceId !== undefined || providerOptions !== undefined)
    await engine.tryDevice?.({ threads: 1, device: chosen, deviceId, providerOptions });
  return chosen;
}

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

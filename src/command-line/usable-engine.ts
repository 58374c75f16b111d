/** Whether the engine of an experiment can run it on the device that it asks for, said before anything is planned. */
import { availableParallelism } from 'node:os';
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
 * Threads that the engine gets when nobody says: as many as there are cores and as the device can use. Threads that share a core wait for each other, so
 * that more of them than cores are never faster, and nothing that is measured with them means anything.
 *
 * @param cores that the process may use @param where the threads are asked for
 * @throws TurboError for a device that the engine does not have, and for more threads than the device can use or than there are cores
 */
export function usableThreads(
  engine: Engine,
  { device, threads }: Pick<EngineOptions, 'device' | 'threads'>,
  cores: number,
  where = 'engine.threads',
): number {
  engine.requireDevice?.(device);
  const limit = engine.threadLimit?.(device) ?? Number.POSITIVE_INFINITY;
  const asked = [threads ?? []].flat();
  const tooMany = asked.find((count) => count > limit);
  if (tooMany !== undefined)
    throw new TurboError(`${engine.name} cannot use so many threads on ${device}`, {
      value: tooMany,
      allowed: `up to ${limit}`,
      where,
    });
  const most = Math.min(cores, limit);
  const shared = asked.find((count) => count > most);
  if (shared !== undefined)
    throw new TurboError('There are fewer cores than threads', {
      value: shared,
      allowed: `up to ${most}, the cores that this process may use`,
      where,
      next: 'Leave the threads out to use every core.',
    });
  return most;
}

/** The threads that a flag asks for, or as many as are of use. @throws TurboError for more than that */
export function threadsOfFlag(engine: Engine, device: string, threads: number | undefined): number {
  const most = usableThreads(
    engine,
    threads === undefined ? { device } : { device, threads },
    availableParallelism(),
    '--threads',
  );
  return threads ?? most;
}

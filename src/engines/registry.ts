/**
 * The engines by name, each imported only when it is asked for: loading a native library takes time and memory.
 */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Engine } from './engine.js';
import { inPrecisions } from './in-precision.js';

const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  onnxruntime: async () => (await import('./onnxruntime/onnxruntime-engine.js')).onnxruntimeEngine(),
  tfjs: async () => (await import('./tfjs/tfjs-engine.js')).tfjsEngine(),
  fake: async () => (await import('./fake/fake-engine.js')).fakeEngine(),
};

/** What a user can choose; the fake engine answers too when it is asked for, and is for tests. */
export const engineNames: readonly string[] = Object.keys(engines).filter((name) => name !== 'fake');

export async function openEngine(name: string): Promise<Engine> {
  if (!Object.hasOwn(engines, name))
    throw new TurboError('unknown engine', { value: name, allowed: oneOf(name, engineNames) });
  return inPrecisions(await engines[name]!());
}

/** What an experiment says of the engine, as the engine takes it. */
import type { SessionOptions } from '../engines/index.js';
import type { ResolvedEngine } from './worker-messages.js';

export function sessionOptionsOf({
  threads,
  graphOptimizationLevel,
  device,
  deviceId,
  providerOptions,
  sessionOptions,
}: ResolvedEngine): SessionOptions {
  return { threads, graphOptimizationLevel, device, deviceId, providerOptions, extra: sessionOptions };
}

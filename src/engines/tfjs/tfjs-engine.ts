/**
 * TensorFlow.js as a second, independent engine: it interprets the same graph, operator by operator.
 *
 * Source of the operators' meaning: https://onnx.ai/onnx/operators/
 */
import { version_core as version } from '@tensorflow/tfjs-core';
import { TurboError } from '../../errors/turbo-error.js';
import type { Engine, SessionOptions } from '../engine.js';
import { openBackend, requireDevice, tfjsDevices, threadLimit } from './backend.js';
import { tfjsSession } from './tfjs-session.js';

export function tfjsEngine(): Engine {
  return {
    name: 'tfjs',
    version,
    devices: tfjsDevices,
    requireDevice: (device) => requireDevice(device),
    precisions: () => ['float32', 'bfloat16-weights'],
    threadLimit,
    async createSession(graph, options) {
      refuseOptions(options);
      return tfjsSession(graph, await openBackend(options.device ?? 'cpu'));
    },
  };
}

function refuseOptions({ threads, deviceId, providerOptions, extra = {} }: SessionOptions): void {
  if (!Number.isInteger(threads) || threads < 1)
    throw new TurboError('a session needs at least one thread', { value: threads });
  if (deviceId !== undefined || providerOptions !== undefined)
    throw new TurboError('tfjs takes neither the number of a device nor options of it', {
      ...{ value: { deviceId, providerOptions }, where: 'engine.deviceId, engine.providerOptions' },
      next: 'CUDA_VISIBLE_DEVICES chooses the GPU of TensorFlow.',
    });
  const [unknown] = Object.keys(extra);
  if (unknown !== undefined)
    throw new TurboError('tfjs has no session options of its own', { value: unknown, allowed: 'none' });
}

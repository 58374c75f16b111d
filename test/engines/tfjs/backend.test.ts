/** Devices that need a package of their own, without the package. */
import { describe, expect, it } from 'vitest';
import { openBackend, requireDevice, tfjsDevices, threadLimit } from '../../../src/engines/tfjs/backend.js';
import { refusal } from '../../checkpoints/refusal.js';

const missing = {
  find: (name: string) => {
    throw new Error(`Cannot find module '${name}'`);
  },
  load: () => Promise.reject(new Error('must not be loaded')),
};
const broken = {
  find: () => '/somewhere/index.js',
  load: () => Promise.reject(new Error('libcudart.so.11.0: cannot open shared object file')),
};

describe('a device', () => {
  it.each([
    ['gpu', 'npm install @tensorflow/tfjs-node-gpu', 'CUDA 11.2'],
    ['tensorflow', 'npm install @tensorflow/tfjs-node', 'TensorFlow 2.9'],
  ])('whose package is not installed names the command and what it needs: %s', (device, command, needs) => {
    expect(() => requireDevice(device, missing)).toThrow(command);
    expect(() => requireDevice(device, missing)).toThrow(needs);
  });

  it('whose package does not load says why, and what it needs', async () => {
    const { message } = await refusal(() => openBackend('gpu', broken));
    expect(message).toContain('@tensorflow/tfjs-node-gpu is installed but does not load: libcudart.so.11.0');
    expect(message).toContain('CUDA 11.2 and cuDNN 8.1');
    expect(message).toContain('npm rebuild @tensorflow/tfjs-node-gpu');
  });

  it('that there is not is refused with the ones that there are', () => {
    expect(() => requireDevice('webgl', missing)).toThrow('cpu, wasm, tensorflow, gpu');
  });

  it('that comes with turbo-bench needs no package', () => {
    for (const device of ['cpu', 'wasm']) expect(() => requireDevice(device, missing)).not.toThrow();
    expect(tfjsDevices.map((device) => threadLimit(device))).toEqual([1, 1, undefined, undefined]);
  });
});

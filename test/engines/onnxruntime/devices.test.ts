import { describe, expect, it } from 'vitest';
import { usableDevice } from '../../../src/command-line/usable-engine.js';
import { openEngine } from '../../../src/engines/index.js';
import {
  executionProvider,
  type Installation,
  missingDevice,
  requireDevice,
} from '../../../src/engines/onnxruntime/devices.js';

const linux: Installation = {
  backends: () => ['cpu', 'webgpu', 'cuda', 'tensorrt'],
  hasLibrary: () => false,
  platform: 'linux on x64',
};

describe('a device of ONNX Runtime', () => {
  it('must be one that there is', () => {
    expect(() => requireDevice('webgup', linux)).toThrow(/no such device.*"webgup".*did you mean.*webgpu/is);
  });

  it.each([
    ['coreml', /no coreml for this platform.*linux on x64.*macOS/s],
    ['directml', /no directml for this platform.*Windows/s],
  ])('must be of this platform: %s', (device, message) => {
    expect(() => requireDevice(device, linux)).toThrow(message);
  });

  it('needs its libraries, and is told the command that installs them', () => {
    expect(() => requireDevice('cuda', linux)).toThrow(
      /without the libraries for the device cuda.*CUDA 12 and cuDNN 9.*npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12/s,
    );
    expect(() => requireDevice('cuda', { ...linux, hasLibrary: () => true })).not.toThrow();
    expect(() => requireDevice('webgpu', linux)).not.toThrow();
  });

  it('that does not open is told by what it needs', () => {
    const said =
      'webgpu_context.cc:136 adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters';
    expect(missingDevice('webgpu', said)?.message).toMatch(
      /cannot open the device webgpu.*"Failed to get a WebGPU adapter.*Vulkan.*mesa-vulkan-drivers/s,
    );
    expect(missingDevice('webgpu', 'Got invalid dimensions for input: x')).toBeUndefined();
  });

  it('takes the options that the package hands on, and no others', () => {
    expect(executionProvider({ device: 'cuda', deviceId: 1 })).toEqual({ name: 'cuda', deviceId: 1 });
    expect(executionProvider({ device: 'webgpu', providerOptions: { preferredLayout: 'NHWC' } })).toEqual({
      name: 'webgpu',
      preferredLayout: 'NHWC',
    });
    expect(() =>
      executionProvider({ device: 'webgpu', providerOptions: { preferedLayout: 'NHWC' } }),
    ).toThrow(/no option of this name.*preferredLayout/s);
    expect(() =>
      executionProvider({ device: 'webgpu', providerOptions: { preferredLayout: 'NHCW' } }),
    ).toThrow(/wrong value.*NHWC/s);
    expect(() => executionProvider({ device: 'cuda', providerOptions: { gpu_mem_limit: 1 } })).toThrow(
      /no option of this name.*allowed: none/s,
    );
  });

  it('takes a number where there may be several', () => {
    expect(() => executionProvider({ device: 'webgpu', deviceId: 1 })).toThrow(
      /webgpu takes no number.*cuda and directml.*VK_ICD_FILENAMES/s,
    );
  });
});

describe('the device of an experiment', () => {
  it('is refused before anything runs where it cannot be opened, whatever the engine', async () => {
    const engine = await openEngine('onnxruntime');
    await expect(usableDevice(engine, { device: 'cpu', deviceId: 0 })).rejects.toThrow(/cpu takes no number/);
    await expect(usableDevice(engine, { device: 'gpu' })).rejects.toThrow(/no such device.*auto/s);
    await expect(usableDevice(await openEngine('tfjs'), { device: 'auto' })).rejects.toThrow(
      /no such device/,
    );
    expect(await usableDevice(engine, { device: 'cpu' })).toBe('cpu');
  });
});

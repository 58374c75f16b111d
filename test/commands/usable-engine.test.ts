/** What is said of an engine before anything is planned. */
import { describe, expect, it } from 'vitest';
import { usableThreads } from '../../src/command-line/usable-engine.js';
import { openEngine } from '../../src/engines/index.js';
import { deviceLabel } from '../../src/runner/worker-crew.js';

const tfjs = await openEngine('tfjs');
const onnxruntime = await openEngine('onnxruntime');
const fake = await openEngine('fake');

describe('an engine gets', () => {
  it('as many threads as there are cores, where it can use them', () => {
    expect(usableThreads(onnxruntime, { device: 'cpu' }, 8)).toBe(8);
    expect(usableThreads(fake, { device: 'anything' }, 8)).toBe(8);
    expect(usableThreads(tfjs, { device: 'wasm' }, 8)).toBe(1);
  });

  it('no more threads than it can use', () => {
    expect(() => usableThreads(tfjs, { device: 'wasm', threads: 2 }, 8)).toThrow('up to 1');
    expect(usableThreads(tfjs, { device: 'wasm', threads: 1 }, 8)).toBe(1);
  });

  it('no more threads than there are cores, whoever asks for them', () => {
    expect(usableThreads(onnxruntime, { device: 'cpu', threads: [1, 8] }, 8)).toBe(8);
    expect(() => usableThreads(onnxruntime, { device: 'cpu', threads: [1, 9] }, 8)).toThrow(
      /fewer cores than threads[\s\S]*engine\.threads[\s\S]*9[\s\S]*up to 8, the cores/,
    );
    expect(() => usableThreads(onnxruntime, { device: 'cpu', threads: 1000 }, 1, '--threads')).toThrow(
      'where:   --threads',
    );
  });

  it('no device that it does not have', () => {
    expect(() => usableThreads(onnxruntime, { device: 'webgup' }, 8)).toThrow('did you mean webgpu');
    expect(() => usableThreads(tfjs, { device: 'wasn' }, 8)).toThrow('did you mean wasm');
  });

  it('no device whose package is not installed', () => {
    expect(() => usableThreads(tfjs, { device: 'gpu' }, 8)).toThrow('npm install @tensorflow/tfjs-node-gpu');
  });
});

it('is named in the device column where it has a CPU of its own', () => {
  expect(deviceLabel({ name: 'onnxruntime', device: 'cpu' }, 2)).toBe('CPU, 2 threads');
  expect(deviceLabel({ name: 'tfjs', device: 'cpu' }, 1)).toBe('TFJS CPU, 1 thread');
  expect(deviceLabel({ name: 'tfjs', device: 'wasm' }, 1)).toBe('TFJS WASM, 1 thread');
});

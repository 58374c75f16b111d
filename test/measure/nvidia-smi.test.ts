import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { gpuMemoryBytes, type StartNvidiaSmi } from '../../src/measure/nvidia-smi.js';

const answering =
  (text: string): StartNvidiaSmi =>
  () =>
    spawn(process.execPath, ['-e', `process.stdout.write(${JSON.stringify(text)})`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });

describe('the GPU memory of a process', () => {
  it('is what nvidia-smi says of it on all GPUs, in bytes', async () => {
    const start = answering('17, 512\n4711, 1024\n4711, 300\n');
    expect(await gpuMemoryBytes(start, 4711)).toBe(1324 * 1024 * 1024);
  });

  it('is unknown where nvidia-smi does not name the process, does not tell, or is not there', async () => {
    expect(await gpuMemoryBytes(answering('17, 512\n'), 4711)).toBeNull();
    expect(await gpuMemoryBytes(answering('4711, [N/A]\n'), 4711)).toBeNull();
    expect(await gpuMemoryBytes(() => spawn('no-such-nvidia-smi'), 4711)).toBeNull();
  });
});

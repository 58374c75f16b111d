import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGpus, integratePower, parsePowerLine } from '../../../src/measure/energy/nvidia-power.js';
import type { StartNvidiaSmi } from '../../../src/measure/nvidia-smi.js';

const script = fileURLToPath(new URL('./play-nvidia-smi.mjs', import.meta.url));
const played =
  (manner: string): StartNvidiaSmi =>
  (args) =>
    spawn(process.execPath, [script, manner, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });

describe('the GPUs that nvidia-smi names', () => {
  it('are all that it names, or those that CUDA_VISIBLE_DEVICES leaves', async () => {
    expect(await findGpus(played('well'), undefined)).toEqual({
      gpus: [
        { index: 0, name: 'NVIDIA H100 80GB HBM3' },
        { index: 1, name: 'NVIDIA A2' },
      ],
      missing: null,
    });
    expect((await findGpus(played('well'), '1')).gpus).toEqual([{ index: 1, name: 'NVIDIA A2' }]);
  });

  it('are missing with the reason when one does not tell its power, or nvidia-smi fails or is not there', async () => {
    const reason = async (start: StartNvidiaSmi, visible?: string) =>
      (await findGpus(start, visible)).missing?.reason;
    expect(await reason(played('silent'))).toBe('GPU 1 (NVIDIA A2) does not tell its power');
    expect(await reason(played('broken'))).toContain("couldn't communicate with the NVIDIA driver");
    expect(await reason(() => spawn('no-such-nvidia-smi'))).toContain('cannot be started');
    expect(await reason(played('well'), '7')).toContain('names no GPU');
  });
});

describe('a line of power', () => {
  it('is a moment of this machine, a GPU and watts', () => {
    expect(parsePowerLine('2026/11/25 02:29:35.123, 3, 68.12')).toEqual({
      timeMs: new Date(2026, 10, 25, 2, 29, 35, 123).getTime(),
      gpu: 3,
      watts: 68.12,
    });
  });

  it.each(['', 'timestamp, index, power.draw [W]', '2026/11/25 02:29:35.123, 0, [N/A]'])(
    'is not %j',
    (line) => {
      expect(parsePowerLine(line)).toBeUndefined();
    },
  );
});

describe('power over time', () => {
  const at = (timeMs: number, watts: number) => ({ timeMs, gpu: 0, watts });

  it('is the area below the straight lines between the samples', () => {
    // A ramp from 0 W to 100 W over a second, then 100 W: 50 J and 50 J.
    const ramp = [at(0, 0), at(500, 50), at(1000, 100), at(1500, 100), at(2000, 100)];
    expect(integratePower(ramp, 0, 1500)).toBeCloseTo(100);
    // From 250 ms (25 W) to 750 ms (75 W): 25 J; its one inner sample is too few, so it is asked with two.
    expect(integratePower(ramp, 250, 1250)).toBeCloseTo(0.75 * 62.5 + 0.25 * 100);
  });

  it('is unknown with fewer than two samples in the window', () => {
    expect(integratePower([at(0, 10), at(500, 10), at(1000, 10)], 100, 900)).toBeUndefined();
    expect(integratePower([], 0, 1000)).toBeUndefined();
  });

  it('is power times time where the power is constant, wherever the samples lie', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: 1, max: 700, noNaN: true }),
        (times, watts) => {
          const samples = times.sort((a, b) => a - b).map((time) => at(time, watts));
          expect(integratePower(samples, 0, 10_000)).toBeCloseTo(10 * watts, 6);
        },
      ),
    );
  });
});

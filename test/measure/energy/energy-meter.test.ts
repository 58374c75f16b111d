import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type EnergyMeter, openEnergyMeter } from '../../../src/measure/energy/energy-meter.js';
import { measureEnergy } from '../../../src/measure/energy/energy-pass.js';
import {
  canMeasureEnergy,
  energyNotices,
  findEnergySources,
} from '../../../src/measure/energy/energy-sources.js';
import type { StartNvidiaSmi } from '../../../src/measure/nvidia-smi.js';
import { playPowercap, TWO_PACKAGES } from './play-powercap.js';

const script = fileURLToPath(new URL('./play-nvidia-smi.mjs', import.meta.url));
const played: StartNvidiaSmi = (args) =>
  spawn(process.execPath, [script, 'well', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
const noNvidia: StartNvidiaSmi = () => {
  throw new Error('not to be started');
};

function sourcesIn(powercapFolder: string, device = 'cpu', startNvidiaSmi = noNvidia) {
  return findEnergySources(
    { powercapFolder, platform: 'linux', startNvidiaSmi, visibleGpus: undefined },
    device,
  );
}

describe('a meter of energy', () => {
  it('adds packages and memory up, across counters that begin anew', async () => {
    const { folder, set } = playPowercap(TWO_PACKAGES);
    const range = TWO_PACKAGES['intel-rapl:1:0'].range;
    set('intel-rapl:1:0', range - 1e6);
    let time = 1000;
    const meter = openEnergyMeter(await sourcesIn(folder), noNvidia, () => time);
    await meter.begin();
    set('intel-rapl:0', 30e6);
    set('intel-rapl:1:0', 2e6);
    meter.look();
    // Cores are part of their package and do not count again.
    set('intel-rapl:0:0', 25e6);
    set('intel-rapl:0', 50e6);
    time += 4000;
    expect(await meter.end()).toEqual({
      joules: 53,
      seconds: 4,
      meters: ['package-0', 'package-0 dram', 'package-1', 'package-1 dram'],
    });
  });

  it('says nothing when a counter goes away on the way', async () => {
    const { folder } = playPowercap(TWO_PACKAGES);
    const meter = openEnergyMeter(await sourcesIn(folder), noNvidia, () => 0);
    await meter.begin();
    rmSync(`${folder}/intel-rapl:1`, { recursive: true });
    expect(await meter.end()).toBeUndefined();
  });

  it('integrates the power of GPUs over its window, the processor beside it', async () => {
    const { folder, set } = playPowercap({ 'intel-rapl:0': TWO_PACKAGES['intel-rapl:0'] });
    const sources = await sourcesIn(folder, 'cuda', played);
    const meter = openEnergyMeter(sources, played, Date.now);
    await meter.begin();
    await sleep(400);
    set('intel-rapl:0', 3e6);
    const { joules, seconds, meters } = (await meter.end())!;
    expect(joules).toBeCloseTo(3 + 140 * seconds, 6);
    expect(meters).toEqual(['package-0', 'GPU 0', 'GPU 1']);
  });
});

describe('where energy can be measured', () => {
  it('asks GPUs only when the engine runs on one', async () => {
    const { folder } = playPowercap(TWO_PACKAGES);
    const onCpu = await sourcesIn(folder);
    expect(canMeasureEnergy(onCpu, 'cpu')).toBe(true);
    const withoutGpu = await sourcesIn(folder, 'cuda', () => spawn('no-such-nvidia-smi'));
    expect(canMeasureEnergy(withoutGpu, 'cuda')).toBe(false);
    expect(energyNotices(withoutGpu)[0]).toMatch(/nvidia-smi cannot be started.*To enable it: install/);
  });

  it('says why not, and what would enable it', async () => {
    const sources = await sourcesIn('/nowhere');
    expect(canMeasureEnergy(sources, 'cpu')).toBe(false);
    expect(energyNotices(sources)).toEqual([
      expect.stringMatching(
        /^energy is not available from RAPL: .*To enable it: sudo modprobe intel_rapl_msr/,
      ),
    ]);
  });
});

describe('the energy pass', () => {
  function playedMeter(reading: Awaited<ReturnType<EnergyMeter['end']>>) {
    const log: string[] = [];
    const meter: EnergyMeter = {
      begin: async () => void log.push('begin'),
      look: () => void log.push('look'),
      end: async () => {
        log.push('end');
        return reading;
      },
      close: () => void log.push('close'),
    };
    return { meter, log };
  }

  it('runs until its time is over, and shares the joules out among the images', async () => {
    let time = 0;
    const { meter, log } = playedMeter({ joules: 60, seconds: 1.2, meters: ['package-0'] });
    const energy = await measureEnergy(
      meter,
      1,
      () => time,
      async () => {
        time += 400;
        return 8;
      },
    );
    expect(energy).toEqual({ joulesPerImage: 2.5, watts: 50, meters: ['package-0'] });
    expect(log).toEqual(['begin', 'look', 'look', 'look', 'end', 'close']);
  });

  it('has no figure when a meter failed or there was no image, and lets go of the meter when a run throws', async () => {
    expect(
      await measureEnergy(
        playedMeter(undefined).meter,
        0,
        () => 0,
        async () => 1,
      ),
    ).toBeNull();
    const whole = { joules: 1, seconds: 1, meters: [] };
    expect(
      await measureEnergy(
        playedMeter(whole).meter,
        0,
        () => 0,
        async () => 0,
      ),
    ).toBeNull();
    const { meter, log } = playedMeter(whole);
    await expect(
      measureEnergy(
        meter,
        0,
        () => 0,
        async () => Promise.reject(new Error('no memory')),
      ),
    ).rejects.toThrow('no memory');
    expect(log.at(-1)).toBe('close');
  });
});

/** Joules that the machine takes between two moments, from all meters that it lets us read. */
import type { StartNvidiaSmi } from '../nvidia-smi.js';
import type { EnergySources } from './energy-sources.js';
import { integratePower, type PowerSampler, samplePower } from './nvidia-power.js';
import { consumedMicrojoules, readMicrojoules } from './rapl.js';

export interface EnergyReading {
  readonly joules: number;
  readonly seconds: number;
  /** What was read: `package-0`, `package-0 dram`, `GPU 0`. */
  readonly meters: readonly string[];
}

export interface EnergyMeter {
  /** Begins a window. */
  begin(): Promise<void>;
  /** To be called now and then, so that no counter begins anew twice unseen. */
  look(): void;
  /** Ends the window; undefined when a meter could not be read to its end. */
  end(): Promise<EnergyReading | undefined>;
  /** Lets go of everything in the middle of a window. */
  close(): void;
}

/** @param wallClock milliseconds since 1970, the clock by which nvidia-smi dates its samples */
export function openEnergyMeter(
  { rapl, gpus }: EnergySources,
  startNvidiaSmi: StartNvidiaSmi,
  wallClock: () => number,
): EnergyMeter {
  let counters: { before: number; joules: number }[] = [];
  let failed = false;
  let sampler: PowerSampler | undefined;
  let begunMs = 0;

  const readCounters = (): number[] | undefined => {
    try {
      return rapl.map((domain) => readMicrojoules(domain));
    } catch {
      failed = true;
      return undefined;
    }
  };
  const look = (): void => {
    const read = readCounters();
    counters = counters.map(({ before, joules }, at) => {
      const after = read?.[at] ?? before;
      const { rangeMicrojoules } = rapl[at]!;
      return { before: after, joules: joules + consumedMicrojoules(before, after, rangeMicrojoules) / 1e6 };
    });
  };
  const close = (): void => {
    sampler?.stop();
    sampler = undefined;
  };
  return {
    async begin() {
      failed = false;
      if (gpus.length > 0) {
        sampler = samplePower(startNvidiaSmi, gpus);
        await sampler.until(Number.NEGATIVE_INFINITY);
      }
      counters = (readCounters() ?? []).map((before) => ({ before, joules: 0 }));
      begunMs = wallClock();
    },
    look,
    async end() {
      look();
      const endedMs = wallClock();
      await sampler?.until(endedMs);
      const samples = sampler?.samples() ?? [];
      close();
      const ofGpus = gpus.map(({ index }) =>
        integratePower(
          samples.filter(({ gpu }) => gpu === index),
          begunMs,
          endedMs,
        ),
      );
      if (failed || ofGpus.includes(undefined)) return undefined;
      const joules = [...counters.map((counter) => counter.joules), ...(ofGpus as number[])];
      return {
        joules: joules.reduce((sum, each) => sum + each, 0),
        seconds: (endedMs - begunMs) / 1000,
        meters: [...rapl.map(({ name }) => name), ...gpus.map(({ index }) => `GPU ${index}`)],
      };
    },
    close,
  };
}

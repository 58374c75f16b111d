/** What the machine gave to a trial: memory, energy, its load, and how near to its peak it worked. */
import type { MachinePeak } from './peak-probe.js';
import type { MemoryReport, TrialReport } from './worker-messages.js';

/** @param memory null when it was not measured */
export function memoryColumns(memory: MemoryReport | null) {
  const { peakRssBytes = null, loadedRssBytes = null, runRssBytes = null } = memory ?? {};
  return { peakRssBytes, loadedRssBytes, runRssBytes, gpuMemoryBytes: memory?.gpuMemoryBytes ?? null };
}

/** Nothing where no meter could be read. */
export function energyColumns(energy: TrialReport['energy']) {
  if (energy === undefined || energy === null) return {};
  return {
    energyJoulesPerImage: energy.joulesPerImage,
    averagePowerWatts: energy.watts,
    energyMeters: energy.meters.join(', '),
  };
}

/**
 * Operations that were done in a second of the counted ones, and their share of what the machine can do.
 *
 * @param flopsPerImage of what ran in that time @param milliseconds of one batch @param peak null when it was not measured
 */
export function workColumns(
  flopsPerImage: number,
  batchSize: number,
  milliseconds: number,
  peak: MachinePeak | null,
) {
  const achieved = (flopsPerImage * batchSize) / 1e9 / (milliseconds / 1000);
  return {
    achievedGflopsPerSecond: achieved,
    peakShare: peak === null ? null : achieved / peak.gflopsPerSecond,
  };
}

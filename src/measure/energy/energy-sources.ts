/** Which meters of energy this machine lets us read: plain data that a run notes down and sends to its worker processes. */
import type { StartNvidiaSmi } from '../nvidia-smi.js';
import { findGpus, type Gpu } from './nvidia-power.js';
import { findRaplDomains, type MissingMeter, type RaplDomain } from './rapl.js';

export interface EnergySources {
  readonly rapl: readonly RaplDomain[];
  readonly gpus: readonly Gpu[];
  readonly missing: readonly MissingMeter[];
}

/** The machine, or what plays it. */
export interface EnergySurroundings {
  /** `/sys/class/powercap` */
  readonly powercapFolder: string;
  readonly platform: NodeJS.Platform;
  readonly startNvidiaSmi: StartNvidiaSmi;
  /** `CUDA_VISIBLE_DEVICES` */
  readonly visibleGpus: string | undefined;
}

/** @param device of the engine: GPUs are asked only when the engine runs on one */
export async function findEnergySources(
  { powercapFolder, platform, startNvidiaSmi, visibleGpus }: EnergySurroundings,
  device: string,
): Promise<EnergySources> {
  const { domains, missing } = findRaplDomains(powercapFolder, platform);
  const graphics = runsOnGpu(device)
    ? await findGpus(startNvidiaSmi, visibleGpus)
    : { gpus: [], missing: null };
  return {
    rapl: domains,
    gpus: graphics.gpus,
    missing: [missing, graphics.missing].filter((one) => one !== null),
  };
}

/** Whether a device of an engine is a GPU, told by its name. */
export function runsOnGpu(device: string): boolean {
  return /gpu|cuda|metal|rocm|directml/i.test(device);
}

/** Whether anything that the engine runs on can be read: with a GPU, the GPU at least. */
export function canMeasureEnergy({ rapl, gpus }: EnergySources, device: string): boolean {
  return runsOnGpu(device) ? gpus.length > 0 : rapl.length > 0;
}

/** One sentence for every meter that cannot be read. */
export function energyNotices({ missing }: EnergySources): string[] {
  return missing.map(
    ({ meter, reason, enable }) =>
      `energy is not available from ${meter}: ${reason}. To enable it: ${enable}.`,
  );
}

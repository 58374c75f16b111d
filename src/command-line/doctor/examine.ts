/** Everything that turbo-bench can use of a machine, looked at in turn. */
import { join } from 'node:path';
import type { Fetch } from '../../checkpoints/hub/hub-fetch.js';
import { type Environment, hubSettings } from '../../checkpoints/hub/settings.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import type { StartNvidiaSmi } from '../../measure/nvidia-smi.js';
import type { TryDevice } from './device-trial.js';
import { engineFindings } from './engine-findings.js';
import type { Finding } from './finding.js';
import { hubFinding } from './hub-finding.js';
import { machineFindings, thisMachine } from './machine-findings.js';
import { meterFindings } from './meter-findings.js';
import { placeFinding } from './place-findings.js';

/** The world, handed in. */
export interface Surroundings {
  readonly env: Environment;
  readonly fetch: Fetch;
  readonly startNvidiaSmi: StartNvidiaSmi;
  readonly tryDevice: TryDevice;
  /** Where reports would go. */
  readonly workingFolder: string;
}

export async function examine(world: Surroundings): Promise<Finding[]> {
  const { env, startNvidiaSmi, workingFolder } = world;
  return [
    ...(await machineFindings(thisMachine(startNvidiaSmi))),
    ...(await engineFindings(world.tryDevice)),
    placeFinding(
      'reports',
      join(workingFolder, 'reports'),
      'Name another folder with --out, or run in one that you may write.',
    ),
    ...(await hubFindings(world)),
    ...(await meterFindings({
      ...{ powercapFolder: '/sys/class/powercap', platform: process.platform, startNvidiaSmi },
      visibleGpus: env.CUDA_VISIBLE_DEVICES,
    })),
  ];
}

async function hubFindings({ env, fetch }: Surroundings): Promise<Finding[]> {
  try {
    const settings = hubSettings(env);
    return [
      placeFinding('checkpoints', settings.cacheFolder, 'Set HF_HOME to a folder that can be written.'),
      await hubFinding(settings, fetch),
    ];
  } catch (thrown) {
    const next = thrown instanceof TurboError ? thrown.parts.next : undefined;
    const what = thrown instanceof TurboError ? thrown.what : messageOf(thrown);
    return [
      { area: 'hub', what: 'hub', state: 'broken', detail: what, ...(next === undefined ? {} : { next }) },
    ];
  }
}

/** Which meters of energy can be read. */
import { type EnergySurroundings, findEnergySources } from '../../measure/energy/energy-sources.js';
import type { Finding } from './finding.js';

export async function meterFindings(surroundings: EnergySurroundings): Promise<Finding[]> {
  const { rapl, gpus, missing } = await findEnergySources(surroundings, 'gpu');
  const about = { area: 'meter', state: 'ok' } as const;
  return [
    ...rapl.map(({ name }) => ({ ...about, what: name, detail: 'energy counter of the processor (RAPL)' })),
    ...gpus.map(({ name, index }) => ({
      ...about,
      what: `GPU ${index}`,
      detail: `power of ${name} (nvidia-smi)`,
    })),
    ...missing.map(
      ({ meter, reason, enable }): Finding => ({
        ...{ area: 'meter', what: meter, state: 'not available', detail: reason, next: enable },
      }),
    ),
  ];
}

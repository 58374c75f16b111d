import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRaplDomains } from '../../src/measure/energy/rapl.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { runNotes } from '../../src/runner/run-notes.js';
import { trialEnergy } from '../../src/runner/trial-energy.js';
import type { WorkerSetup } from '../../src/runner/worker-messages.js';
import { playPowercap, TWO_PACKAGES } from '../measure/energy/play-powercap.js';
import { SMALL_MODEL, smallSetting } from './small-plan.js';

async function setupWith(measure: object): Promise<WorkerSetup & { folder: string }> {
  const { folder } = playPowercap({ 'intel-rapl:0': TWO_PACKAGES['intel-rapl:0'] });
  const { domains } = findRaplDomains(folder, 'linux');
  return {
    ...(await smallSetting({ measure: { minSeconds: 0, ...measure } })),
    ...{ folder, limit: null },
    ...{ makesPictures: false, pixelCacheBytes: 1e6 },
    model: { model: `./${SMALL_MODEL}`, weights: 'checkpoint', name: 'vit' },
    energy: { rapl: domains, gpus: [], missing: [] },
  };
}

describe('the energy of a trial', () => {
  it('is that of as many passes as fill a second', async () => {
    const setup = await setupWith({});
    let spent = 0;
    const energy = await trialEnergy(setup, async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      spent += 12e6;
      writeFileSync(join(setup.folder, 'intel-rapl:0/energy_uj'), String(spent));
      return 4;
    });
    expect(energy?.joulesPerImage).toBeCloseTo(3, 9);
    expect(spent).toBeGreaterThanOrEqual(2 * 12e6);
    expect(energy?.meters).toEqual(['package-0']);
  });

  it('is not measured where the experiment does not ask for it, or no meter can be read', async () => {
    const never = async () => Promise.reject(new Error('nothing is to be run'));
    expect(await trialEnergy(await setupWith({ energy: false }), never)).toBeNull();
    const { energy: _, ...unmetered } = await setupWith({});
    expect(await trialEnergy(unmetered, never)).toBeNull();
  });
});

it('is said once of a run why energy is not available', () => {
  const { missing } = findRaplDomains('/nowhere', 'linux');
  const provenance = provenanceOf({
    ...{ threads: 1, experiment: 'small', experimentFile: '', experimentText: '', seed: 0, startedAt: '' },
    energy: { rapl: [], gpus: [], missing: [missing!] },
  });
  expect(runNotes([{ kind: 'run', provenance, trials: [] }])).toEqual([
    expect.stringMatching(/^Energy is not available from RAPL: there is no energy counter/),
  ]);
});

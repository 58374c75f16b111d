import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/seeded.js';
import { smallWorld } from '../commands/small-world.js';
import { expectUndisturbed, KILLED_EXPERIMENT, type Kills, killedRun } from './kills.js';

const AT_LEAST = 60;
/** So many in one folder, before the run is let through. */
const PER_RUN = 20;

describe.runIf(process.platform === 'linux')('a run that is killed', { timeout: 4 * 3_600_000 }, () => {
  it(`gives the accuracies of an undisturbed one after any of ${AT_LEAST} kills`, async () => {
    const world = await smallWorld();
    world.writeExperiment(KILLED_EXPERIMENT);
    const undisturbed = await world.start('run', 'small.yaml', '--out', 'undisturbed').finished;
    expect(undisturbed.code).toBe(0);
    const all: Kills = { run: 0, worker: 0 };
    for (let round = 0; all.run + all.worker < AT_LEAST; round++) {
      const out = `killed-${round}`;
      const kills = await killedRun(world, out, PER_RUN, seededRandom('soak', round));
      expectUndisturbed(world, out, 'undisturbed', kills);
      all.run += kills.run;
      all.worker += kills.worker;
      console.log(
        `${out}: ${kills.run} runs and ${kills.worker} workers killed, ${all.run} and ${all.worker} so far`,
      );
    }
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/seeded.js';
import { smallWorld } from '../commands/small-world.js';
import { expectUndisturbed, KILLED_EXPERIMENT, killedRun } from './kills.js';

// By /proc it is known which worker is whose.
describe.runIf(process.platform === 'linux')('a run that is killed', { timeout: 600_000 }, () => {
  it('gives the accuracies of an undisturbed one, byte for byte, once it is through', async () => {
    const world = await smallWorld();
    world.writeExperiment(KILLED_EXPERIMENT);
    const undisturbed = await world.start('run', 'small.yaml', '--out', 'undisturbed').finished;
    expect(undisturbed.code).toBe(0);
    const kills = await killedRun(world, 'killed', 4, seededRandom('kills', 0));
    expect(kills.run + kills.worker).toBeGreaterThan(1);
    expectUndisturbed(world, 'killed', 'undisturbed', kills);
  });
});

import { beforeAll, describe, it } from 'vitest';
import { type SmallWorld, smallWorld } from '../commands/small-world.js';
import { STAGES, STOPS, stopAndGoOn } from './signals.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
});

// Both signals are sent at all stages, and the same command given again after each, by `npm run test:soak`.
describe.runIf(process.platform === 'linux')('a run that is told to stop', { timeout: 600_000 }, () => {
  it.each(Object.keys(STAGES).map((stage, at) => [stage, STOPS[at % 2]!] as const))(
    'while %s by %s ends with what it has',
    (stage, stop) => stopAndGoOn(world, stage, stop, stage === 'timing'),
  );
});

import { beforeAll, describe, it } from 'vitest';
import { type SmallWorld, smallWorld } from '../commands/small-world.js';
import { STAGES, STOPS, stopAndGoOn } from './signals.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
});

describe.runIf(process.platform === 'linux')('a run that is told to stop', () => {
  it.each(Object.keys(STAGES).flatMap((stage) => STOPS.map((stop) => [stage, stop] as const)))(
    'while %s by %s ends with what it has, and the same command goes on',
    (stage, stop) => stopAndGoOn(world, stage, stop),
  );
});

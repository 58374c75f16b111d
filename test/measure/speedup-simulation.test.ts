import { beforeAll, describe, expect, it } from 'vitest';
import { MeasureOptions } from '../../src/experiment/measure-options.js';
import { timeInterleaved } from '../../src/measure/interleaved.js';
import { type Speedup, speedupOf } from '../../src/measure/speedup.js';
import { timingError } from '../../src/measure/timing-error.js';
import { seededRandom } from '../../src/random/seeded.js';

const RUNS = 200;
const BASELINE_MS = 100;
/** Log-normal noise of every run, noise that lasts over several runs, and runs that something disturbs. */
const NOISE = { own: 0.03, lasting: 0.03, correlation: 0.8, spikes: 0.02 };

/** A machine that needs no time: its clock goes on by what a run is said to last. */
function machine(seed: string) {
  const random = seededRandom('simulated machine', seed);
  let timeMs = 0;
  let lasting = NOISE.lasting * random.normal();
  const contestant = (medianMs: number) => ({
    run: async () => {
      lasting =
        NOISE.correlation * lasting + Math.sqrt(1 - NOISE.correlation ** 2) * NOISE.lasting * random.normal();
      const spike = random.chance(NOISE.spikes) ? 1 + random.between(0.5, 3) : 1;
      timeMs += medianMs * Math.exp(lasting + NOISE.own * random.normal()) * spike;
    },
  });
  return { now: () => timeMs, contestant };
}

async function simulated(trueSpeedup: number, seed: number): Promise<Speedup & { seconds: number }> {
  const { now, contestant } = machine(`${trueSpeedup} ${seed}`);
  const [baselineMs, variantMs] = await timeInterleaved(
    [contestant(BASELINE_MS), contestant(BASELINE_MS / trueSpeedup)],
    now,
    { ...MeasureOptions.parse({}), relativeError: ([a, b]) => timingError(a!, b!) },
  );
  return { ...speedupOf(baselineMs!, variantMs!, seed), seconds: now() / 1000 };
}

describe('200 simulated timings at the default settings', () => {
  let faster: Awaited<ReturnType<typeof simulated>>[];
  let equal: typeof faster;
  beforeAll(async () => {
    const all = (trueSpeedup: number) =>
      Promise.all(Array.from({ length: RUNS }, (_, seed) => simulated(trueSpeedup, seed)));
    [faster, equal] = [await all(1.05), await all(1)];
  }, 120_000);
  const share = (timings: readonly Speedup[], holds: (timing: Speedup) => boolean): number =>
    timings.filter(holds).length / timings.length;

  it('find a speed-up of 5 % in at least 95 of 100', () => {
    expect(share(faster, ({ speedupLow }) => speedupLow > 1)).toBeGreaterThanOrEqual(0.95);
  });

  it('call no difference a difference in at most 5 of 100', () => {
    expect(
      share(equal, ({ speedupLow, speedupHigh }) => speedupLow > 1 || speedupHigh < 1),
    ).toBeLessThanOrEqual(0.05);
  });

  it('have the true speed-up in the interval in at least 95 of 100', () => {
    const covered = share(faster, ({ speedupLow, speedupHigh }) => speedupLow <= 1.05 && speedupHigh >= 1.05);
    expect(covered).toBeGreaterThanOrEqual(0.95);
  });

  it('take no longer than they may', () => {
    for (const { seconds } of [...faster, ...equal]) expect(seconds).toBeLessThan(25);
  });
});

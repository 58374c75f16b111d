/** Runs that are told to stop, as a terminal or a service manager does it, at every stage that a run has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SmallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { isAlive, journalOf, type WatchedRun, watchRun, workersOf } from './watched-run.js';

export const STOPS = ['SIGINT', 'SIGTERM'] as const;
export const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };
const TRIALS = 3;

/** Waits for the stage. What a run has written by then, and whether it ends by itself or by the signal, follows from it. */
export const STAGES: Readonly<Record<string, (run: WatchedRun, folder: string) => Promise<unknown>>> = {
  planning: () => pause(300),
  'starting a worker': async (run, folder) => {
    while (!existsSync(join(folder, 'journal.jsonl')) && !run.isOver()) await pause(5);
  },
  'warm-up': async (run) => {
    await run.worker();
    await pause(1500);
  },
  timing: async (run) => {
    await run.reaches(1);
    await pause(300);
  },
  'writing the report': (run) => run.reaches(TRIALS),
};

/**
 * A signal to the run and all its workers, as Ctrl-C is sent; then the same command again, which must finish what is missing.
 *
 * @param goesOn whether there is time for the latter
 */
export async function stopAndGoOn(
  world: SmallWorld,
  stage: string,
  stop: (typeof STOPS)[number],
  goesOn = true,
): Promise<void> {
  const slow = slowTrials(1, TRIALS) as { measure: object };
  world.writeExperiment({ ...slow, measure: { ...slow.measure, warmupSeconds: 1 } });
  const out = `${stage.replaceAll(' ', '-')}-${stop}`;
  const folder = join(world.folder, out);
  const run = watchRun(world, '--out', out);
  await STAGES[stage]!(run, folder);
  const workers = workersOf(run.child);
  for (const pid of [...workers, run.child.pid!]) process.kill(pid, stop);
  const { code, stderr, stdout } = await run.finished;
  // Before and after the run proper nothing has to be ended cleanly: there the signal ends the process.
  if (code !== null) expect(code, stderr).toBe(EXIT_CODES[stop]);
  if (stage === 'planning') expect(existsSync(folder)).toBe(false);
  else {
    expect(stdout + stderr).toMatch(/stopping; press Ctrl-C|Written:/);
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
    expect(journalOf(folder).trials.map(({ row }) => row.status)).not.toContain('failed');
  }
  expect(stderr).not.toContain('    at ');
  expect(workers.filter(isAlive)).toEqual([]);
  if (!goesOn) return;
  const kept = stage === 'planning' ? 0 : journalOf(folder).trials.length;
  const again = await watchRun(world, '--out', out).finished;
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain(`${TRIALS} completed (${TRIALS - kept} run now, ${kept} kept from before)`);
}

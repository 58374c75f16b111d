/** Runs that are killed at random moments and started again until they are through, and what must hold of what they leave. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SeededRandom } from '../../src/random/seeded.js';
import type { SmallWorld } from '../commands/small-world.js';
import {
  accuracyColumns,
  filesOf,
  isAlive,
  journalOf,
  type WatchedRun,
  watchRun,
  workersOf,
} from './watched-run.js';

export interface Kills {
  run: number;
  worker: number;
}

/** Small trials on a real engine, none of which a busy machine makes invalid. */
export const KILLED_EXPERIMENT = {
  reduction: [{ method: ['tome', 'pruning'], tokensPerLayer: [2, 4, 6] }],
  measure: {
    ...{ batchSize: 4, minSeconds: 0, minRuns: 5, warmupSeconds: 0, energy: false, peak: false },
    memory: false,
    validity: { maxRelativeMad: 1e6, maxDrift: 1e6, minClockSteps: 0, maxOtherLoad: 1 },
  },
  charts: 'none',
};
export const TRIALS = 7;
/** About as long as a trial takes, so that a kill may fall anywhere in one. */
const LATEST_MS = 400;
const WORKERS_AT_MOST = 4;
/** A worker ends with its parent, not later than this. */
const ORPHAN_MS = 20_000;

/**
 * Kills workers and then their run, again and again, until `most` are dead or the run is through, then lets it finish: with
 * `--retry-failed`, since a trial whose worker was killed has failed.
 *
 * @returns how many were really killed
 */
export async function killedRun(
  world: SmallWorld,
  out: string,
  most: number,
  random: SeededRandom,
): Promise<Kills> {
  const folder = join(world.folder, out);
  const kills: Kills = { run: 0, worker: 0 };
  /** Ids that were told to have ended, of the attempts so far. */
  const told = new Set<string>();
  for (let isThrough = false; !isThrough; ) {
    const run = watchRun(world, '--out', out, '--retry-failed');
    const left = most - kills.run - kills.worker;
    if (left > 0) await killSome(run, left, random, kills);
    const { code, stderr } = await run.finished;
    for (const id of run.ended()) told.add(id);
    if (told.size > 0) expectKept(folder, told);
    if (code !== null) {
      expect([0, 1], stderr).toContain(code);
      expect(stderr).not.toContain('    at ');
    }
    isThrough = code === 0;
  }
  return kills;
}

/** Some workers of a run, one after the other, and last of all the run itself. */
async function killSome(run: WatchedRun, left: number, random: SeededRandom, kills: Kills): Promise<void> {
  let last: number | undefined;
  for (let workers = Math.min(left - 1, random.integer(WORKERS_AT_MOST + 1)); workers > 0; workers--) {
    await run.reaches(run.ended().length + random.integer(2));
    await run.worker(last);
    await pause(random.between(0, LATEST_MS));
    last = await run.worker(last);
    if (last === undefined) return;
    process.kill(last, 'SIGKILL');
    kills.worker++;
  }
  await run.reaches(run.ended().length + random.integer(2));
  await pause(random.between(0, LATEST_MS));
  if (run.isOver()) return;
  const orphans = workersOf(run.child);
  run.child.kill('SIGKILL');
  kills.run++;
  await run.finished;
  await expectGone(orphans);
}

async function expectGone(pids: readonly number[]): Promise<void> {
  for (let waited = 0; pids.some(isAlive) && waited < ORPHAN_MS; waited += 50) await pause(50);
  expect(pids.filter(isAlive)).toEqual([]);
}

/** Nothing that was recorded is lost. */
function expectKept(folder: string, told: ReadonlySet<string>): void {
  const kept = new Set(journalOf(folder).trials.map(({ row }) => row.trial));
  expect([...told].filter((id) => !kept.has(id))).toEqual([]);
}

/** What a killed run leaves in the end is what an undisturbed one leaves, and nothing is counted twice. */
export function expectUndisturbed(world: SmallWorld, out: string, undisturbed: string, kills: Kills): void {
  const [folder, reference] = [join(world.folder, out), join(world.folder, undisturbed)];
  const { trials } = journalOf(folder);
  const completed = trials.filter(({ row }) => row.status === 'completed').map(({ row }) => row.trial);
  expect(completed.length).toBe(TRIALS);
  expect(new Set(completed).size).toBe(TRIALS);
  const failed = trials.filter(({ row }) => row.status !== 'completed');
  expect(failed.length).toBeLessThanOrEqual(kills.worker);
  for (const { row } of failed) expect(row.reason).toContain('SIGKILL');
  expect(accuracyColumns(folder)).toBe(accuracyColumns(reference));
  expect(filesOf(folder)).toEqual(filesOf(reference));
  for (const file of filesOf(join(folder, 'predictions')))
    expect(readFileSync(join(folder, 'predictions', file))).toEqual(
      readFileSync(join(reference, 'predictions', file)),
    );
}

/**
 * Timing of several contestants side by side: A B A B, so that a busy moment or a warmer processor falls on all alike.
 *
 * Source: paired ("interleaved") benchmarking as in Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time" (ISMM 2013).
 */
import type { Now } from './clock.js';

/** One contestant: a run is one timed unit, such as one batch through the model. */
export interface Contestant {
  run: () => Promise<unknown>;
}

export interface TimingOptions {
  /** Untimed rounds go on at least this long; there is always one. */
  warmupSeconds: number;
  /** Timed rounds go on at least this long, all contestants together. */
  minSeconds: number;
  /** Timed rounds at least. */
  minRuns: number;
  /** Ends the timing early, between two runs, by throwing its reason. */
  signal?: AbortSignal;
}

/**
 * Times the contestants in turn until both `minSeconds` and `minRuns` are reached.
 *
 * @returns for each contestant its durations in milliseconds; equal positions were timed in the same round
 */
export async function timeInterleaved(
  contestants: readonly Contestant[],
  now: Now,
  options: TimingOptions,
): Promise<number[][]> {
  const { warmupSeconds, minSeconds, minRuns, signal } = options;
  const warmupStart = now();
  do {
    for (const { run } of contestants) {
      signal?.throwIfAborted();
      await run();
    }
  } while (now() - warmupStart < warmupSeconds * 1000);

  const durationsMs: number[][] = contestants.map(() => []);
  const start = now();
  for (let round = 0; round < minRuns || now() - start < minSeconds * 1000; round++) {
    for (const [index, { run }] of contestants.entries()) {
      signal?.throwIfAborted();
      const runStart = now();
      await run();
      durationsMs[index]!.push(now() - runStart);
    }
  }
  return durationsMs;
}

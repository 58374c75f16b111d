/**
 * Timing of several contestants side by side: A B A B, so that a busy moment or a warmer processor falls on all alike.
 *
 * Source: paired ("interleaved") benchmarking as in Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time" (ISMM 2013).
 */
import type { Now } from './clock.js';
import { warmupLength } from './steady-state.js';

/** One contestant: a run is one timed unit, such as one batch through the model. */
export interface Contestant {
  run: () => Promise<unknown>;
}

/** How long is long enough. */
export interface TimingBounds {
  /** Untimed rounds go on at least this long; there is always one. */
  warmupSeconds: number;
  /** Timed rounds go on at least this long, all contestants together. */
  minSeconds: number;
  /** Timed rounds at least. */
  minRuns: number;
  /** Timed rounds go on until the figure is known to this fraction of itself, unless that takes too long. */
  targetRelativeError?: number;
  /** What is too long; {@link LONGEST_SHARE} times `minSeconds` where nothing is said. Neither least is cut short by it. */
  maxSeconds?: number;
}

export interface TimingOptions extends TimingBounds {
  /** Done before every round; its time is nobody's. */
  beforeRound?: () => Promise<void>;
  /** How far the figure that is wanted may be off, as a fraction of it. @param durationsMs `[contestants][rounds]`, steady rounds alone */
  relativeError?: (durationsMs: number[][]) => number;
  /** Ends the timing early, between two runs, by throwing its reason. */
  signal?: AbortSignal;
}

/** `maxSeconds` ÷ `minSeconds` by default. */
export const LONGEST_SHARE = 5;
/** After the least number of rounds it is asked again whether they are enough each time that they have grown by this. */
const GROWTH = 1.25;

/**
 * Times the contestants in turn until both `minSeconds` and `minRuns` are reached by rounds that are steady, and the figure is known well enough.
 * Rounds at the beginning that are not steady yet count as warm-up.
 *
 * @returns for each contestant its durations in milliseconds; equal positions were timed in the same round
 */
export async function timeInterleaved(
  contestants: readonly Contestant[],
  now: Now,
  options: TimingOptions,
): Promise<number[][]> {
  const { warmupSeconds, minSeconds, minRuns, beforeRound, signal } = options;
  const warmupStart = now();
  do {
    signal?.throwIfAborted();
    await beforeRound?.();
    for (const { run } of contestants) {
      signal?.throwIfAborted();
      await run();
    }
  } while (now() - warmupStart < warmupSeconds * 1000);

  const durationsMs: number[][] = contestants.map(() => []);
  const startsMs: number[] = [];
  /** The steady rounds, or undefined while they are not enough. */
  const enough = (): number[][] | undefined => {
    const warmup = warmupLength(summedRounds(durationsMs));
    const elapsedSeconds = (from: number): number => (now() - startsMs[from]!) / 1000;
    if (startsMs.length - warmup < minRuns || elapsedSeconds(warmup) < minSeconds) return undefined;
    const steady = durationsMs.map((durations) => durations.slice(warmup));
    const isLate = elapsedSeconds(0) >= (options.maxSeconds ?? LONGEST_SHARE * minSeconds);
    return isLate || isKnown(steady, options) ? steady : undefined;
  };
  for (let nextLook = minRuns; ; ) {
    signal?.throwIfAborted();
    startsMs.push(now());
    await beforeRound?.();
    for (const [index, { run }] of contestants.entries()) {
      signal?.throwIfAborted();
      const runStart = now();
      await run();
      durationsMs[index]!.push(now() - runStart);
    }
    if (startsMs.length < nextLook || now() - startsMs[0]! < minSeconds * 1000) continue;
    const steady = enough();
    if (steady !== undefined) return steady;
    nextLook = Math.ceil(startsMs.length * GROWTH);
  }
}

/** The durations of several contestants, such as the parts of one pass, round by round together. */
export function summedRounds(durationsMs: readonly (readonly number[])[]): number[] {
  return (durationsMs[0] ?? []).map((_, round) =>
    durationsMs.reduce((sum, durations) => sum + durations[round]!, 0),
  );
}

function isKnown(durationsMs: number[][], { targetRelativeError, relativeError }: TimingOptions): boolean {
  if (targetRelativeError === undefined || relativeError === undefined) return true;
  return relativeError(durationsMs) <= targetRelativeError;
}

/** Time, handed in: everything that measures takes a `Now`, so that tests measure without waiting. */

/** Milliseconds since any fixed moment; never goes back. */
export type Now = () => number;

/** The monotonic clock of the process. */
export const monotonicNow: Now = () => performance.now();

/** The smallest step that the clock was seen to make, in milliseconds: the median of `probes` observed steps. */
export function clockStepMs(now: Now, probes = 21): number {
  const steps: number[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const start = now();
    let end = now();
    for (let tries = 0; end === start && tries < 1e6; tries++) end = now();
    steps.push(end - start);
  }
  return steps.sort((a, b) => a - b)[probes >> 1]!;
}

/** A clock that remembers the largest step, in milliseconds, that it was seen to make backwards; 0 for none. */
export function watchedClock(now: Now): { readonly now: Now; backwardMs(): number } {
  let last = Number.NEGATIVE_INFINITY;
  let backwardMs = 0;
  return {
    now() {
      const time = now();
      backwardMs = Math.max(backwardMs, last - time);
      last = time;
      return time;
    },
    backwardMs: () => backwardMs,
  };
}

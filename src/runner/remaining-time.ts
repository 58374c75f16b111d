/** How long the rest will take: the estimates, corrected by how the finished trials compared with theirs. */

export interface RemainingTime {
  /** @param estimated seconds that were expected @param actual seconds that it took */
  finished(estimated: number, actual: number): void;
  /** Seconds, for trials whose estimates add up to this. */
  left(estimated: number): number;
}

/** Trust in the estimate before anything has run, as seconds of evidence. */
const PRIOR_SECONDS = 2;

export function remainingTime(): RemainingTime {
  let expected = PRIOR_SECONDS;
  let taken = PRIOR_SECONDS;
  return {
    finished(estimated, actual) {
      expected += estimated;
      taken += actual;
    },
    left: (estimated) => (estimated * taken) / expected,
  };
}

/** `45 s`, `3 min 20 s`, `2 h 5 min` */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

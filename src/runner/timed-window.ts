/** What is watched while a trial is timed: its clock, and what else the machine does. */
import { monotonicNow, type Now, watchedClock } from '../measure/clock.js';
import { loadWatch, ownCpuSeconds } from '../measure/machine-load.js';

/** What disturbed, or did not disturb, a timing. */
export interface SeenMeanwhile {
  /** The largest step backwards of the clock, in milliseconds. */
  readonly clockBackMs?: number | undefined;
  /** Share of the engine's cores that other processes kept busy; left out where it is not known. */
  readonly otherLoad?: number | undefined;
}

export interface TimedWindow {
  /** The clock to time by. */
  readonly now: Now;
  /** To be told when timing begins and ends. */
  readonly watch: { begin(): void; end(): void };
  /** What was seen until now. */
  seen(): SeenMeanwhile;
}

/** @param threads of the engine */
export function openTimedWindow(threads: number): TimedWindow {
  const clock = watchedClock(monotonicNow);
  const load = loadWatch({ procFolder: '/proc', ownCpuSeconds, threads, now: monotonicNow });
  let otherLoad: number | undefined;
  return {
    now: clock.now,
    watch: {
      begin: () => load.begin(),
      end() {
        otherLoad = load.end();
      },
    },
    seen: () => ({ clockBackMs: clock.backwardMs(), otherLoad }),
  };
}

/**
 * Workers that are ended when they hang: one that works says something now and then, one that hangs says nothing any more.
 *
 * A stretch in which this process did not run itself (Ctrl-Z, a laptop asleep) is nobody's silence.
 */
import type { Plan } from './plan.js';
import { type StartWorker, WorkerCrash } from './worker-process.js';

/** Without a setting a worker may be silent for so many times what the longest trial is expected to take, and for so long at least. */
const TIMES_EXPECTED = 20;
const LEAST_SECONDS = 1800;
/** A process that starts on a busy machine has so long for its first word at least. */
const START_SECONDS = 120;
const LONGEST_TICK_MS = 1000;
const TICKS = 20;

/** Calls `tick` again and again. @param tick is given the milliseconds since it was last called @returns the call that ends it */
export type Ticker = (everyMs: number, tick: (elapsedMs: number) => void) => () => void;

const realTicker: Ticker = (everyMs, tick) => {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    tick(now - last);
    last = now;
  }, everyMs);
  return () => clearInterval(timer);
};

/** Seconds that a worker of this plan may be silent: `maxSilentSeconds`, or a large multiple of what is expected. */
export function longestSilence({ experiment, trials }: Pick<Plan, 'experiment' | 'trials'>): number {
  const expected = Math.max(0, ...trials.map(({ estimate }) => estimate.seconds));
  return experiment.maxSilentSeconds ?? Math.max(LEAST_SECONDS, TIMES_EXPECTED * expected);
}

/** Workers whose job fails with a `WorkerCrash`, and which are ended, when they are silent for longer than this. */
export function watchedWorkers(
  startWorker: StartWorker,
  maxSilentSeconds: number,
  ticker: Ticker = realTicker,
): StartWorker {
  return (setup) => {
    const worker = startWorker(setup);
    let hasSpoken = false;
    return {
      ...worker,
      run: (job, onProgress) =>
        new Promise((resolve, reject) => {
          let silentMs = 0;
          const everyMs = Math.min(LONGEST_TICK_MS, (1000 * maxSilentSeconds) / TICKS);
          const stop = ticker(everyMs, (elapsedMs) => {
            silentMs += Math.min(elapsedMs, 2 * everyMs);
            const limit = hasSpoken ? maxSilentSeconds : Math.max(maxSilentSeconds, START_SECONDS);
            if (silentMs <= 1000 * limit) return;
            stop();
            worker.kill();
            reject(new WorkerCrash(hangs(limit)));
          });
          worker
            .run(job, onProgress, () => {
              hasSpoken = true;
              silentMs = 0;
            })
            .finally(stop)
            .then(resolve, reject);
        }),
    };
  };
}

function hangs(seconds: number): string {
  return `the worker process hung and was ended: no sign of life for ${Math.round(seconds)} s (maxSilentSeconds in the experiment sets how long it may be silent)`;
}

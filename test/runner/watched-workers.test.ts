import { afterEach, describe, expect, it } from 'vitest';
import { longestSilence, type Ticker, watchedWorkers } from '../../src/runner/watched-workers.js';
import type { JobReport, WorkerSetup } from '../../src/runner/worker-messages.js';
import type { WorkerProcess } from '../../src/runner/worker-process.js';
import { planSmall } from './small-plan.js';

const PEAK: JobReport = {
  kind: 'peak',
  peak: { gflopsPerSecond: 40, size: 1024, device: 'cpu', threads: 1 },
};

/** A worker that speaks, and time that passes, when the test says so. */
function played(maxSilentSeconds: number) {
  let tick: ((elapsedMs: number) => void) | undefined;
  let speak = (): void => {};
  let finish = (_: JobReport): void => {};
  const seen = { kills: 0, everyMs: 0 };
  const worker: WorkerProcess = {
    run: (_job, _progress, onSign) =>
      new Promise((resolve) => {
        speak = () => onSign?.();
        finish = resolve;
      }),
    close: async () => {},
    kill: () => void seen.kills++,
  };
  const ticker: Ticker = (everyMs, call) => {
    seen.everyMs = everyMs;
    tick = call;
    return () => {
      tick = undefined;
    };
  };
  const watched = watchedWorkers(() => worker, maxSilentSeconds, ticker)({} as WorkerSetup);
  return {
    seen,
    job: watched.run({ kind: 'peak' }),
    speak: () => speak(),
    finish: () => finish(PEAK),
    pass(seconds: number) {
      for (let ms = 0; ms < 1000 * seconds; ms += seen.everyMs) tick?.(seen.everyMs);
    },
    sleep: (seconds: number) => tick?.(1000 * seconds),
    isWatched: () => tick !== undefined,
  };
}

let play: ReturnType<typeof played>;
afterEach(() => play.finish());

describe('watchedWorkers', () => {
  it('ends a worker that has been silent for too long, with that as the reason', async () => {
    play = played(60);
    play.speak();
    play.pass(59);
    expect(play.seen.kills).toBe(0);
    play.pass(3);
    await expect(play.job).rejects.toThrow(/hung and was ended: no sign of life for 60 s.*maxSilentSeconds/);
    expect(play.seen.kills).toBe(1);
    expect(play.isWatched()).toBe(false);
  });

  it('waits as long as it takes for one that says something now and then', async () => {
    play = played(60);
    for (let minute = 0; minute < 120; minute++) {
      play.speak();
      play.pass(50);
    }
    play.finish();
    expect(await play.job).toEqual(PEAK);
    expect(play.seen.kills).toBe(0);
    expect(play.isWatched()).toBe(false);
  });

  it('does not count the time in which everything was stopped', () => {
    play = played(60);
    play.speak();
    play.pass(50);
    play.sleep(36_000);
    expect(play.seen.kills).toBe(0);
    play.pass(20);
    expect(play.seen.kills).toBe(1);
    void play.job.catch(() => {});
  });

  it('gives a process that starts two minutes for its first word', () => {
    play = played(10);
    play.pass(119);
    expect(play.seen.kills).toBe(0);
    play.pass(3);
    expect(play.seen.kills).toBe(1);
    void play.job.catch(() => {});
  });
});

describe('longestSilence', () => {
  it('is what the experiment says, or twenty times the longest trial, half an hour at least', async () => {
    const plan = await planSmall();
    const slow = plan.trials.map((trial) => ({ ...trial, estimate: { ...trial.estimate, seconds: 600 } }));
    play = played(60);
    expect(longestSilence(plan)).toBe(1800);
    expect(longestSilence({ ...plan, trials: slow })).toBe(12_000);
    expect(longestSilence(await planSmall({ maxSilentSeconds: 45 }))).toBe(45);
  });
});

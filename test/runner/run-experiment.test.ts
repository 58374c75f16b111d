import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../../src/runner/journal.js';
import { picturesOf } from '../../src/runner/journal-lines.js';
import type { PlannedTrial } from '../../src/runner/plan.js';
import { readPredictions } from '../../src/runner/predictions-file.js';
import { runNotes } from '../../src/runner/run-notes.js';
import type { JobReport, TrialReport } from '../../src/runner/worker-messages.js';
import { type StartWorker, WorkerCrash } from '../../src/runner/worker-process.js';
import { EXAMPLE, PEAK, PICTURE, playedRun, report, statuses, workers } from './played-run.js';
import { planSmall } from './small-plan.js';

const small = playedRun();

describe('runExperiment', () => {
  it('runs every trial once and makes a row of each', async () => {
    const { start } = workers();
    const outcome = await small.run(start);
    expect(outcome).toMatchObject({ kept: 0, ran: 3, interrupted: false });
    expect(outcome.results[1]!.row).toMatchObject({
      experiment: 'small',
      method: 'pruning',
      parameters: { tokensPerLayer: 2 },
      status: 'completed',
      reason: '',
      imagesPerSecond: 200,
      speedup: 2,
      peakRssBytes: 5e7,
      loadedRssBytes: 3e7,
      runRssBytes: 1e7,
      metrics: { top1: 0.5 },
      device: 'CPU, 1 thread',
    });
  });

  it('holds the operations of every trial against the peak of the machine, measured once', async () => {
    let probes = 0;
    const { start } = workers();
    const counting: StartWorker = (setup) => {
      const worker = start(setup);
      return {
        ...worker,
        run(job, onProgress) {
          if (job.kind === 'peak') probes++;
          return worker.run(job, onProgress);
        },
      };
    };
    const { results, provenance: written } = await small.run(counting);
    expect(probes).toBe(1);
    expect(written.peak).toEqual(PEAK);
    for (const [at, { row }] of results.entries()) {
      // Two images in 10 ms.
      const achieved = (small.plan.trials[at]!.flopsPerSample * 200) / 1e9;
      expect(row.achievedGflopsPerSecond).toBeCloseTo(achieved, 12);
      expect(row.peakShare).toBeCloseTo(achieved / 40, 12);
    }
    await small.run(counting);
    expect(probes).toBe(1);
    expect(runNotes(readJournal(small.folder).lines)[0]).toBe(
      'Measured peak of this machine: 40.0 GFLOP/s, in products of 1024 × 1024 matrices of float32 on cpu, 1 thread.',
    );
  });

  it('goes on without a peak where it cannot be measured', async () => {
    const { start } = workers();
    const unwilling: StartWorker = (setup) => {
      const worker = start(setup);
      return {
        ...worker,
        run: (job, onProgress) =>
          job.kind === 'peak' ? Promise.reject(new WorkerCrash('gone')) : worker.run(job, onProgress),
      };
    };
    const { results } = await small.run(unwilling);
    expect(results.map(({ row }) => row.peakShare)).toEqual([null, null, null]);
  });

  it('keeps what was said about a few samples, and each picture once', async () => {
    const telling = () => workers(() => ({ ...report(), examples: [EXAMPLE], pictures: [PICTURE] })).start;
    await small.run(telling());
    const { results } = await small.run(telling());
    expect(results.map(({ row }) => row.examples)).toEqual([[EXAMPLE], [EXAMPLE], [EXAMPLE]]);
    expect(picturesOf(readJournal(small.folder).lines).get('abc')).toMatchObject(PICTURE);
    expect(readFileSync(join(small.folder, 'journal.jsonl'), 'utf8').split('"kind":"picture"')).toHaveLength(
      2,
    );
  });

  it('keeps what became of every sample before the line that names it, unless it is told not to', async () => {
    const outcomes = [1, 2].map((rank) => ({ sample: `image ${rank}`, rank }));
    const scoring = () =>
      workers(() => {
        const seen = report();
        return seen.kind === 'trial' ? { ...seen, observation: { ...seen.observation, outcomes } } : seen;
      }).start;
    const { results } = await small.run(scoring());
    for (const { predictions } of results)
      expect(await readPredictions(small.folder, predictions!)).toEqual(outcomes);
    expect(new Set(results.map(({ predictions }) => predictions!.file)).size).toBe(3);
    const without = await planSmall({
      measure: { batchSize: 2, minSeconds: 0, minRuns: 5, warmupSeconds: 0, predictions: false },
    });
    const left = await small.run(scoring(), { plan: without, selected: without.trials });
    expect(left.ran).toBe(3);
    for (const { predictions } of left.results) expect(predictions).toBeUndefined();
  });

  it('keeps what the journal has, unless it is told to begin afresh', async () => {
    await small.run(workers().start, { selected: small.plan.trials.slice(0, 2) });
    const second = workers();
    const outcome = await small.run(second.start);
    expect(outcome).toMatchObject({ kept: 2, ran: 1 });
    expect(second.log).toContain('pruning 4');
    expect(second.log).not.toContain('pruning 2');
    expect(outcome.results).toHaveLength(3);
    expect(await small.run(workers().start, { fresh: true })).toMatchObject({ kept: 0, ran: 3 });
  });

  describe('a trial whose timings scatter', () => {
    const restless = (): JobReport => {
      const calm = report() as TrialReport;
      return { ...calm, observation: { ...calm.observation, variantMs: [10, 20, 5, 30, 10] } };
    };
    const restlessAt = (...jobs: number[]) =>
      workers((_, count) => (jobs.includes(count) ? restless() : report()));

    it('runs again where it is the unreduced model, against which all others are held', async () => {
      const notices: string[] = [];
      const { start, log } = restlessAt(0, 1);
      const outcome = await small.run(start, { notices });
      expect(statuses(outcome)).toEqual(['completed', 'completed', 'completed']);
      expect(outcome.ran).toBe(3);
      expect(log.filter((entry) => entry === 'none')).toHaveLength(3);
      expect(notices.filter((text) => text.includes('measured again'))).toHaveLength(2);
      const trials = readJournal(small.folder).lines.filter(({ kind }) => kind === 'trial');
      expect(trials).toHaveLength(5);
    });

    it('stays invalid where it does so three times, or where it is a variant', async () => {
      const { start, log } = restlessAt(0, 1, 2, 3);
      expect(statuses(await small.run(start))).toEqual(['invalid', 'invalid', 'completed']);
      expect(log.filter((entry) => entry !== 'start' && entry !== 'close')).toEqual([
        ...['none', 'none', 'none'],
        ...['pruning 2', 'pruning 4'],
      ]);
    });
  });

  it('counts seconds by a clock that does not go back when that of the wall does', async () => {
    let hours = 0;
    let passedMs = 0;
    const { results } = await small.run(workers().start, {
      now: () => new Date(Date.UTC(2026, 0, 1) - 3_600_000 * hours++),
      monotonicMs: () => {
        passedMs += 1500;
        return passedMs;
      },
    });
    expect(results.map(({ seconds }) => seconds)).toEqual([1.5, 1.5, 1.5]);
  });

  it('judges a trial invalid with the reason, and keeps notes beside the result', async () => {
    const noted = {
      ...small.plan,
      trials: small.plan.trials.map((trial) => ({ ...trial, notes: ['r was clipped'] })),
    };
    const { start } = workers((job) => {
      const seen = report();
      if (seen.kind !== 'trial' || job.kind !== 'trial' || job.reduction.method === 'none') return seen;
      return { ...seen, observation: { ...seen.observation, nonFiniteOutputs: 3, predictionCount: 5 } };
    });
    const outcome = await small.run(start, { plan: noted, selected: noted.trials as PlannedTrial[] });
    expect(statuses(outcome)).toEqual(['completed', 'invalid', 'invalid']);
    expect(outcome.results[0]!.row.reason).toBe('r was clipped');
    expect(outcome.results[1]!.row.reason).toMatch(
      /3 output values are NaN.*5 predictions for 6 samples.*r was clipped/,
    );
  });
});

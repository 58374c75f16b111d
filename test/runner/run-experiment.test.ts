import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { openJournal, readJournal } from '../../src/runner/journal.js';
import { picturesOf } from '../../src/runner/journal-lines.js';
import type { Plan, PlannedTrial } from '../../src/runner/plan.js';
import { readPredictions } from '../../src/runner/predictions-file.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { type RunOutcome, type RunSetting, runExperiment } from '../../src/runner/run-experiment.js';
import { runNotes } from '../../src/runner/run-notes.js';
import type { Job, JobReport, TrialReport } from '../../src/runner/worker-messages.js';
import { type StartWorker, WorkerCrash } from '../../src/runner/worker-process.js';
import { planSmall } from './small-plan.js';

const provenance = provenanceOf({
  threads: 1,
  experiment: 'small',
  experimentFile: 'small.yaml',
  experimentText: '',
  seed: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
});

const PICTURE = { key: 'abc', jpegBase64: 'aGVsbG8=' };
const EXAMPLE = { sample: '7', picture: 'abc', question: null, said: 'a dog', expected: 'a cat', score: 0.5 };

function report(): JobReport {
  const variantMs = [10, 10, 10, 10, 10];
  return {
    kind: 'trial',
    observation: {
      baselineMs: [20, 20, 20, 20, 20],
      variantMs,
      baselineTextMs: [],
      variantTextMs: [],
      timedBatchSize: 2,
      sampleCount: 6,
      predictionCount: 6,
      badSamples: [],
      nonFiniteOutputs: 0,
      worstTokenMass: null,
      metrics: { top1: 0.5 },
      examples: [],
    },
    examples: [],
    pictures: [],
    endToEndImagesPerSecond: 90,
    tokenMass: null,
    metricsNote: '',
    outputs: ['logits'],
    device: 'cpu',
    clockStepMs: 0.001,
    rssBytes: 1e8,
  };
}

const MEMORY: JobReport = {
  kind: 'memory',
  ...{ peakRssBytes: 5e7, loadedRssBytes: 3e7, runRssBytes: 1e7, gpuMemoryBytes: null },
};

const PEAK = { gflopsPerSecond: 40, size: 1024, device: 'cpu', threads: 1 };

/** Workers that answer at once, and a log of what was asked of them. */
function workers(answer: (job: Job, count: number) => JobReport | Promise<JobReport> = () => report()) {
  const log: string[] = [];
  let jobs = 0;
  const start: StartWorker = () => {
    log.push('start');
    return {
      async run(job) {
        if (job.kind === 'memory') return MEMORY;
        if (job.kind === 'peak') return { kind: 'peak', peak: PEAK };
        if (job.kind === 'fit') return { kind: 'fit' };
        log.push(`${job.reduction.method} ${String(job.reduction.tokensPerLayer ?? '')}`.trim());
        return answer(job, jobs++);
      },
      close: async () => void log.push('close'),
      kill: () => void log.push('kill'),
    };
  };
  return { start, log };
}

let plan: Plan;
let folder: string;
beforeAll(async () => {
  plan = await planSmall();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
});

async function run(
  start: StartWorker,
  changes: Partial<RunSetting> & { fresh?: boolean; notices?: string[] } = {},
): Promise<RunOutcome> {
  const journal = openJournal(folder, changes.fresh ?? false, () => new Date());
  try {
    return await runExperiment({
      plan,
      selected: plan.trials,
      journal,
      folder,
      provenance,
      startWorker: start,
      listener: {
        notice: (text) => changes.notices?.push(text),
        started: () => {},
        progressed: () => {},
        ended: () => {},
      },
      signal: new AbortController().signal,
      now: () => new Date(),
      monotonicMs: () => 0,
      ...changes,
    });
  } finally {
    journal.close();
  }
}
const statuses = ({ results }: RunOutcome) => results.map(({ row }) => row.status);

describe('runExperiment', () => {
  it('runs every trial once and makes a row of each', async () => {
    const { start } = workers();
    const outcome = await run(start);
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
    const { results, provenance: written } = await run(counting);
    expect(probes).toBe(1);
    expect(written.peak).toEqual(PEAK);
    for (const [at, { row }] of results.entries()) {
      // Two images in 10 ms.
      const achieved = (plan.trials[at]!.flopsPerSample * 200) / 1e9;
      expect(row.achievedGflopsPerSecond).toBeCloseTo(achieved, 12);
      expect(row.peakShare).toBeCloseTo(achieved / 40, 12);
    }
    const again = await run(counting);
    expect(probes).toBe(1);
    expect(runNotes(again.provenance)[0]).toBe(
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
    const { results } = await run(unwilling);
    expect(results.map(({ row }) => row.peakShare)).toEqual([null, null, null]);
  });

  it('keeps what was said about a few samples, and each picture once', async () => {
    const telling = () => workers(() => ({ ...report(), examples: [EXAMPLE], pictures: [PICTURE] })).start;
    await run(telling());
    const { results } = await run(telling());
    expect(results.map(({ row }) => row.examples)).toEqual([[EXAMPLE], [EXAMPLE], [EXAMPLE]]);
    expect(picturesOf(readJournal(folder).lines).get('abc')).toMatchObject(PICTURE);
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('"kind":"picture"')).toHaveLength(2);
  });

  it('keeps what became of every sample before the line that names it, unless it is told not to', async () => {
    const outcomes = [1, 2].map((rank) => ({ sample: `image ${rank}`, rank }));
    const scoring = () =>
      workers(() => {
        const seen = report();
        return seen.kind === 'trial' ? { ...seen, observation: { ...seen.observation, outcomes } } : seen;
      }).start;
    const { results } = await run(scoring());
    for (const { predictions } of results)
      expect(await readPredictions(folder, predictions!)).toEqual(outcomes);
    expect(new Set(results.map(({ predictions }) => predictions!.file)).size).toBe(3);
    const without = await planSmall({
      measure: { batchSize: 2, minSeconds: 0, minRuns: 5, warmupSeconds: 0, predictions: false },
    });
    const left = await run(scoring(), { plan: without, selected: without.trials });
    expect(left.ran).toBe(3);
    for (const { predictions } of left.results) expect(predictions).toBeUndefined();
  });

  it('keeps what an earlier run found of models that this one leaves out', async () => {
    const whole = await run(workers().start);
    const left = plan.trials[0]!.trial.model.name;
    const part = { ...plan, trials: [], unopened: [left] };
    const { results, ran } = await run(workers().start, { plan: part, selected: [] });
    expect(ran).toBe(0);
    expect(results.map(({ fingerprint }) => fingerprint).sort()).toEqual(
      whole.results.map(({ fingerprint }) => fingerprint).sort(),
    );
  });

  it('keeps what the journal has, unless it is told to begin afresh', async () => {
    await run(workers().start, { selected: plan.trials.slice(0, 2) });
    const second = workers();
    const outcome = await run(second.start);
    expect(outcome).toMatchObject({ kept: 2, ran: 1 });
    expect(second.log).toContain('pruning 4');
    expect(second.log).not.toContain('pruning 2');
    expect(outcome.results).toHaveLength(3);
    expect(await run(workers().start, { fresh: true })).toMatchObject({ kept: 0, ran: 3 });
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
      const outcome = await run(start, { notices });
      expect(statuses(outcome)).toEqual(['completed', 'completed', 'completed']);
      expect(outcome.ran).toBe(3);
      expect(log.filter((entry) => entry === 'none')).toHaveLength(3);
      expect(notices.filter((text) => text.includes('measured again'))).toHaveLength(2);
      const trials = readJournal(folder).lines.filter(({ kind }) => kind === 'trial');
      expect(trials).toHaveLength(5);
    });

    it('stays invalid where it does so three times, or where it is a variant', async () => {
      const { start, log } = restlessAt(0, 1, 2, 3);
      expect(statuses(await run(start))).toEqual(['invalid', 'invalid', 'completed']);
      expect(log.filter((entry) => entry !== 'start' && entry !== 'close')).toEqual([
        ...['none', 'none', 'none'],
        ...['pruning 2', 'pruning 4'],
      ]);
    });
  });

  it('loses one trial to a crash, goes on in a new worker, and tries that trial again when it is told to', async () => {
    const crashing = workers((_, count) => {
      if (count === 1) throw new WorkerCrash('the worker process was ended by SIGKILL');
      return report();
    });
    const outcome = await run(crashing.start);
    expect(statuses(outcome)).toEqual(['completed', 'failed', 'completed']);
    expect(outcome.results[1]!.row.reason).toContain('SIGKILL');
    const order = crashing.log.filter((entry) => entry !== 'close');
    expect(order.slice(order.indexOf('pruning 2'), order.indexOf('pruning 2') + 3)).toEqual([
      'pruning 2',
      'start',
      'pruning 4',
    ]);
    const kept = await run(workers().start);
    expect(kept).toMatchObject({ kept: 3, ran: 0 });
    expect(statuses(kept)).toEqual(statuses(outcome));
    const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    const again = await run(workers().start, { retried: ['failed'] });
    expect(again).toMatchObject({ kept: 2, ran: 1 });
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').startsWith(before)).toBe(true);
    expect(statuses(again)).toEqual(['completed', 'completed', 'completed']);
  });

  it('keeps trials that were not valid, and runs them again when it is told to', async () => {
    const disturbed = workers((_, count) => {
      const seen = report();
      if (seen.kind !== 'trial' || count !== 1) return seen;
      return { ...seen, otherLoad: 0.9 };
    });
    expect(statuses(await run(disturbed.start))).toEqual(['completed', 'invalid', 'completed']);
    expect(await run(workers().start, { retried: ['failed'] })).toMatchObject({ kept: 3, ran: 0 });
    const again = await run(workers().start, { retried: ['invalid'] });
    expect(again).toMatchObject({ kept: 2, ran: 1 });
    expect(statuses(again)).toEqual(['completed', 'completed', 'completed']);
    expect(await run(workers().start, { retried: ['invalid'] })).toMatchObject({ kept: 3, ran: 0 });
  });

  it('counts seconds by a clock that does not go back when that of the wall does', async () => {
    let hours = 0;
    let passedMs = 0;
    const { results } = await run(workers().start, {
      now: () => new Date(Date.UTC(2026, 0, 1) - 3_600_000 * hours++),
      monotonicMs: () => {
        passedMs += 1500;
        return passedMs;
      },
    });
    expect(results.map(({ seconds }) => seconds)).toEqual([1.5, 1.5, 1.5]);
  });

  it('writes the reason of a failure down, with its value', async () => {
    const { start } = workers(() => {
      throw new TurboError('The model has no classification head', { value: 'vit' });
    });
    const outcome = await run(start);
    expect(statuses(outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(outcome.results[0]!.row.reason).toBe('The model has no classification head ("vit")');
  });

  it('says that a torn or altered line is run again', async () => {
    await run(workers().start);
    const file = join(folder, 'journal.jsonl');
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    writeFileSync(
      file,
      `${lines.slice(0, 2).join('\n')}\n${lines[2]!.replace('0.5', '0.9')}\n${lines[3]!.slice(0, 40)}`,
    );
    const notices: string[] = [];
    const outcome = await run(workers().start, { notices });
    expect(notices).toEqual(
      [
        'The last line of the journal (4) was cut off; its trial runs again.',
        'Line 3 of the journal is damaged; a trial that it held runs again.',
      ].sort((a, b) => (a.includes('(4)') ? 1 : -1) - (b.includes('(4)') ? 1 : -1)),
    );
    expect(outcome).toMatchObject({ kept: 1, ran: 2 });
    expect(outcome.results.map(({ row }) => row.metrics.top1)).toEqual([0.5, 0.5, 0.5]);
  });

  it('stops when it is told to, with everything kept that was finished', async () => {
    const controller = new AbortController();
    const stopping = workers((_, count) => {
      if (count < 1) return report();
      controller.abort();
      throw new WorkerCrash('the worker process was ended by SIGKILL');
    });
    const outcome = await run(stopping.start, { signal: controller.signal });
    expect(outcome).toMatchObject({ ran: 1, interrupted: true });
    expect(stopping.log).toContain('kill');
    expect(statuses(outcome)).toEqual(['completed']);
    expect(await run(workers().start)).toMatchObject({ kept: 1, ran: 2 });
  });

  it('ends with the error when the journal cannot be written any more', async () => {
    let writes = 0;
    const journal = openJournal(folder, false, () => new Date(), {
      write: (_, bytes) => {
        if (writes++ > 1) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return bytes.length;
      },
      sync: () => {},
    });
    const { start, log } = workers();
    await expect(run(start, { journal })).rejects.toThrow('the disk is full');
    expect(log.filter((entry) => entry.startsWith('pruning'))).toHaveLength(1);
    journal.close();
  });

  it('judges a trial invalid with the reason, and keeps notes beside the result', async () => {
    const noted = { ...plan, trials: plan.trials.map((trial) => ({ ...trial, notes: ['r was clipped'] })) };
    const { start } = workers((job) => {
      const seen = report();
      if (seen.kind !== 'trial' || job.kind !== 'trial' || job.reduction.method === 'none') return seen;
      return { ...seen, observation: { ...seen.observation, nonFiniteOutputs: 3, predictionCount: 5 } };
    });
    const outcome = await run(start, { plan: noted, selected: noted.trials as PlannedTrial[] });
    expect(statuses(outcome)).toEqual(['completed', 'invalid', 'invalid']);
    expect(outcome.results[0]!.row.reason).toBe('r was clipped');
    expect(outcome.results[1]!.row.reason).toMatch(
      /3 output values are NaN.*5 predictions for 6 samples.*r was clipped/,
    );
  });
});

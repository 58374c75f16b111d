import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { openJournal } from '../../src/runner/journal.js';
import type { Plan } from '../../src/runner/plan.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { runExperiment } from '../../src/runner/run-experiment.js';
import { runNotes } from '../../src/runner/run-notes.js';
import type { JobReport, TrialReport, WorkerSetup } from '../../src/runner/worker-messages.js';
import { type StartWorker, WorkerCrash } from '../../src/runner/worker-process.js';
import { planSmall } from './small-plan.js';

const timing = { minSeconds: 0, minRuns: 5, warmupSeconds: 0, memory: false };

function trialReport(batchSize: number): TrialReport {
  const times = { baselineMs: Array(5).fill(20), variantMs: Array(5).fill(10) };
  return {
    kind: 'trial',
    observation: {
      ...times,
      ...{ baselineTextMs: [], variantTextMs: [], badSamples: [], examples: [], metrics: {} },
      ...{ timedBatchSize: batchSize, sampleCount: 6, predictionCount: 6, nonFiniteOutputs: 0 },
      worstTokenMass: null,
    },
    ...{ examples: [], pictures: [], endToEndImagesPerSecond: null, tokenMass: null, metricsNote: '' },
    ...{ outputs: ['logits'], device: 'cpu', clockStepMs: 0.001, rssBytes: 1e8 },
  };
}

/** Workers that answer as told, and what was asked of them, each with its threads and batch size. */
function workers(answer: (kind: string, setup: WorkerSetup) => JobReport | undefined = () => undefined) {
  const log: string[] = [];
  const start: StartWorker = (setup) => ({
    async run(job) {
      const { threads } = setup.engine;
      const { batchSize } = setup.measure;
      const what = 'reduction' in job ? job.reduction.method : job.kind;
      log.push(`${what} ${threads} ${batchSize}`);
      const own = answer(job.kind, setup);
      if (own !== undefined) return own;
      if (job.kind === 'peak')
        return { kind: 'peak', peak: { gflopsPerSecond: 40 * threads, size: 512, device: 'cpu', threads } };
      return job.kind === 'fit' ? { kind: 'fit' } : trialReport(batchSize);
    },
    close: async () => {},
    kill: () => {},
  });
  return { start, log };
}

async function run(
  plan: Plan,
  startWorker: StartWorker,
  folder = mkdtempSync(join(tmpdir(), 'conditions-')),
) {
  const journal = openJournal(folder, false, () => new Date());
  const facts = { experiment: 'small', experimentFile: 'small.yaml', experimentText: '', seed: 0 };
  const outcome = await runExperiment({
    ...{ plan, selected: plan.trials, journal, folder, startWorker },
    provenance: provenanceOf({ ...facts, threads: 1, startedAt: '2026-01-01T00:00:00.000Z' }),
    listener: { notice() {}, started() {}, progressed() {}, ended() {} },
    signal: new AbortController().signal,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
  });
  journal.close();
  return { ...outcome, folder };
}

describe('a run under several conditions', () => {
  it('has a worker for each of them, and tells threads and batch in every row', async () => {
    const plan = await planSmall({
      reduction: [{ method: 'pruning', tokensPerLayer: 2 }],
      engine: { name: 'fake', threads: [1, 2] },
      measure: { ...timing, batchSize: [1, 3], peak: false },
    });
    expect(plan.trials[3]!.label).toBe('vit throughput pruning tokensPerLayer=2 threads=1 batchSize=3');
    expect(new Set(plan.trials.map(({ fingerprint }) => fingerprint)).size).toBe(8);
    const { start, log } = workers();
    const { results } = await run(plan, start);
    const conditions = ['1 1', '1 3', '2 1', '2 3'];
    expect(log).toEqual(conditions.flatMap((under) => [`none ${under}`, `pruning ${under}`]));
    expect(results.map(({ row }) => [row.threads, row.batchSize, row.device])).toEqual(
      [1, 2].flatMap((threads) =>
        [1, 1, 3, 3].map((batch) => [threads, batch, `CPU, ${threads} thread${threads > 1 ? 's' : ''}`]),
      ),
    );
    expect(results[7]!.row.imagesPerSecond).toBe(300);
  });

  it('holds each trial against the peak with as many threads', async () => {
    const plan = await planSmall({
      reduction: [],
      engine: { name: 'fake', threads: [1, 2] },
      measure: { ...timing, batchSize: 2 },
    });
    const { results, provenance } = await run(plan, workers().start);
    const [one, two] = results.map(({ row }) => row.peakShare!);
    expect(one! / two!).toBeCloseTo(2, 9);
    expect(provenance.peaks?.map(({ threads }) => threads)).toEqual([1, 2]);
    expect(runNotes([{ kind: 'run', provenance, trials: [] }])).toHaveLength(2);
  });

  it('keeps the fingerprint of a scalar when it becomes a list of one', async () => {
    const prints = async (batchSize: unknown, threads: unknown) =>
      (await planSmall({ measure: { ...timing, batchSize }, engine: { name: 'fake', threads } })).trials.map(
        ({ fingerprint }) => fingerprint,
      );
    expect(await prints([2], [1])).toEqual(await prints(2, 1));
  });
});

describe('batchSize: max', () => {
  const measure = { ...timing, batchSize: 'max', peak: false };

  it('is looked for once, noted in every row, and kept by a run that goes on', async () => {
    const plan = await planSmall({ measure, tasks: [{ task: 'throughput', images: 100 }] });
    expect(plan.notices.join()).toContain('batchSize: max is looked for when it runs');
    const tooLarge = (kind: string, setup: WorkerSetup): JobReport | undefined => {
      if (kind === 'fit' && setup.measure.batchSize > 5) throw new WorkerCrash('was ended by SIGKILL');
      return undefined;
    };
    const { start, log } = workers(tooLarge);
    const first = await run({ ...plan, trials: plan.trials.slice(0, 1) }, start);
    expect(log).toEqual(['fit 1 1', 'fit 1 2', 'fit 1 4', 'fit 1 8', 'fit 1 6', 'fit 1 5', 'none 1 5']);
    expect(first.results[0]!.row).toMatchObject({ batchSize: 5, reason: 'the largest batch that fits: 5' });
    const next = workers(tooLarge);
    const whole = await run(plan, next.start, first.folder);
    expect(next.log).toEqual(['pruning 1 5', 'pruning 1 5']);
    expect(whole.results.map(({ row }) => row.batchSize)).toEqual([5, 5, 5]);
  });

  it('says that larger batches than of all samples were not tried', async () => {
    const plan = await planSmall({ measure, tasks: [{ task: 'throughput', images: 6 }], reduction: [] });
    const { results } = await run(plan, workers().start);
    expect(results[0]!.row).toMatchObject({ batchSize: 6, reason: 'all 6 samples fit into one batch' });
  });

  it('fails the trial and not the sweep where not even one sample fits', async () => {
    const plan = await planSmall({ measure, reduction: [] });
    const { start } = workers((kind) => {
      if (kind === 'fit') throw new WorkerCrash('was ended by SIGKILL');
      return undefined;
    });
    const { results } = await run(plan, start);
    expect(results[0]!.row).toMatchObject({ status: 'failed', batchSize: null });
    expect(results[0]!.row.reason).toContain('Not even a batch of one sample fits');
  });
});

describe('a device without memory left', () => {
  it('fails one trial, and the next one runs in a new process', async () => {
    const plan = await planSmall({ measure: { ...timing, batchSize: 2, peak: false } });
    let starts = 0;
    let trials = 0;
    const { start } = workers(() => {
      if (trials++ === 1)
        throw new TurboError('onnxruntime could not run graph vit: CUDA failure 2: out of memory');
      return undefined;
    });
    const { results } = await run(plan, (setup) => {
      starts++;
      return start(setup);
    });
    expect(results.map(({ row }) => row.status)).toEqual(['completed', 'failed', 'completed']);
    expect(results[1]!.row.reason).toContain('out of memory');
    expect(starts).toBe(2);
  });
});

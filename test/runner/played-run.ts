/** A small experiment with workers that answer at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { openJournal } from '../../src/runner/journal.js';
import type { Plan } from '../../src/runner/plan.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { type RunOutcome, type RunSetting, runExperiment } from '../../src/runner/run-experiment.js';
import type { Job, JobReport } from '../../src/runner/worker-messages.js';
import type { StartWorker } from '../../src/runner/worker-process.js';
import { planSmall } from './small-plan.js';

export const PROVENANCE = provenanceOf({
  threads: 1,
  experiment: 'small',
  experimentFile: 'small.yaml',
  experimentText: '',
  seed: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
});

export const PICTURE = { key: 'abc', jpegBase64: 'aGVsbG8=' };
export const EXAMPLE = {
  sample: '7',
  picture: 'abc',
  question: null,
  said: 'a dog',
  expected: 'a cat',
  score: 0.5,
};

export function report(): JobReport {
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

export const PEAK = { gflopsPerSecond: 40, size: 1024, device: 'cpu', threads: 1 };

/** Workers that answer at once, and a log of what was asked of them. */
export function workers(
  answer: (job: Job, count: number) => JobReport | Promise<JobReport> = () => report(),
) {
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

/** The experiment in a folder of its own for every test; to be called once at the top of a test file. */
export function playedRun(): PlayedRun {
  const played = new PlayedRun();
  beforeAll(async () => {
    played.plan = await planSmall();
  });
  beforeEach(() => {
    played.folder = mkdtempSync(join(tmpdir(), 'run-'));
  });
  afterEach(() => rmSync(played.folder, { recursive: true }));
  return played;
}

class PlayedRun {
  plan!: Plan;
  folder = '';

  async run(
    start: StartWorker,
    changes: Partial<RunSetting> & { fresh?: boolean; notices?: string[] } = {},
  ): Promise<RunOutcome> {
    const journal = openJournal(this.folder, changes.fresh ?? false, () => new Date());
    try {
      return await runExperiment({
        plan: this.plan,
        selected: this.plan.trials,
        journal,
        folder: this.folder,
        provenance: PROVENANCE,
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
}

export const statuses = ({ results }: RunOutcome) => results.map(({ row }) => row.status);

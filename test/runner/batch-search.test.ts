import { beforeAll, describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { modelChoice } from '../../src/experiment/model-entry.js';
import { createBatchSearch } from '../../src/runner/batch-search.js';
import type { Plan } from '../../src/runner/plan.js';
import type { WorkerSetup } from '../../src/runner/worker-messages.js';
import { type StartWorker, WorkerCrash } from '../../src/runner/worker-process.js';
import { planSmall, SMALL_MODEL, smallSetting } from './small-plan.js';
import { startWorkerProcess } from './start-worker.js';

const THROUGHPUT = { task: 'throughput', images: 300 } as const;
let plan: Plan;
let setup: WorkerSetup;
beforeAll(async () => {
  plan = await planSmall({
    tasks: [THROUGHPUT],
    measure: { batchSize: 'max', minSeconds: 0, minRuns: 5, warmupSeconds: 0 },
  });
  setup = {
    ...(await smallSetting({ tasks: [THROUGHPUT] })),
    ...{ model: modelChoice(`./${SMALL_MODEL}`), limit: null, makesPictures: false, pixelCacheBytes: 1e6 },
  };
});

/** A search whose workers fail as told, and what was tried. */
function searchWith(fail: (batchSize: number) => Error | undefined) {
  const tried: number[] = [];
  const limits = new Set<number | undefined>();
  const notices: string[] = [];
  const startWorker: StartWorker = ({ measure, memoryLimitBytes }) => ({
    async run() {
      tried.push(measure.batchSize);
      limits.add(memoryLimitBytes);
      const failure = fail(measure.batchSize);
      if (failure !== undefined) throw failure;
      return { kind: 'fit' };
    },
    close: async () => {},
    kill: () => {},
  });
  const search = createBatchSearch({
    startWorker,
    setupFor: (_, batchSize) => ({ ...setup, measure: { ...setup.measure, batchSize } }),
    freeBytes: () => 1e9,
    notice: (text) => notices.push(text),
  });
  return { search, tried, limits, notices };
}

describe('the search for the largest batch', () => {
  it('takes a process that dies for one that does not fit, and holds each to a share of the free memory', async () => {
    const { search, tried, limits, notices } = searchWith((size) =>
      size > 20 ? new WorkerCrash('the worker process was ended by SIGKILL') : undefined,
    );
    expect(await search.sizeFor(plan.trials[0]!)).toBe(20);
    expect(tried).toEqual([1, 2, 4, 8, 16, 32, 24, 20, 22, 21]);
    expect([...limits]).toEqual([0.7e9]);
    expect(notices).toEqual([
      'looking for the largest batch of vit throughput, up to 300, within 0.7 GB of memory',
      'largest batch of vit throughput: 20',
    ]);
  });

  it('is made once for a variant and its baseline, which run in batches of one size', async () => {
    const { search, tried } = searchWith((size) =>
      size > 3 ? new TurboError('onnxruntime: bad_alloc') : undefined,
    );
    const sizes = [];
    for (const planned of plan.trials) sizes.push(await search.sizeFor(planned));
    expect(sizes).toEqual([3, 3, 3]);
    expect(tried).toEqual([1, 2, 4, 3]);
  });

  it('goes no further than there are samples', async () => {
    const { search, tried, notices } = searchWith(() => undefined);
    expect(await search.sizeFor(plan.trials[0]!)).toBe(300);
    expect(Math.max(...tried)).toBe(300);
    expect(notices[1]).toContain('300, which is all there is use for');
  });

  it('hands on what has nothing to do with memory', async () => {
    const { search } = searchWith(() => new TurboError('there is no such dataset'));
    await expect(search.sizeFor(plan.trials[0]!)).rejects.toThrow('there is no such dataset');
  });

  it('says so where not even one sample fits', async () => {
    const { search } = searchWith(() => new WorkerCrash('the worker process was ended by SIGKILL'));
    await expect(search.sizeFor(plan.trials[0]!)).rejects.toThrow(
      /Not even a batch of one sample fits.*ended by SIGKILL.*smaller model/s,
    );
  });

  it('takes what an earlier run has found', async () => {
    const { search, tried } = searchWith(() => undefined);
    const again = createBatchSearch({
      startWorker: () => expect.unreachable(),
      setupFor: () => setup,
      freeBytes: () => 1e9,
      notice: () => {},
      earlier: () => 48,
    });
    expect(await again.sizeFor(plan.trials[1]!)).toBe(48);
    expect(tried).toEqual([]);
    expect(search.knownSize(plan.trials[0]!)).toBeUndefined();
  });
});

describe('a worker process with a bound on its memory', { timeout: 120_000 }, () => {
  it('ends itself beyond it, and runs a batch below it', async () => {
    const job = { kind: 'fit', task: THROUGHPUT } as const;
    const small = startWorkerProcess({ ...setup, memoryLimitBytes: 30e6 });
    await expect(small.run(job)).rejects.toThrow(/out of memory: more than 30000000 bytes are held/);
    await small.close();
    const large = startWorkerProcess({ ...setup, memoryLimitBytes: 4e9 });
    expect(await large.run(job)).toEqual({ kind: 'fit' });
    await large.close();
  });
});

import { describe, expect, it } from 'vitest';
import { modelChoice } from '../../src/experiment/model-entry.js';
import type { WorkerSetup } from '../../src/runner/worker-messages.js';
import { SMALL_MODEL, smallSetting } from './small-plan.js';
import { startWorkerProcess } from './start-worker.js';

async function setupWith(sessionOptions: Record<string, string | number | boolean>): Promise<WorkerSetup> {
  return {
    ...(await smallSetting({ engine: { name: 'fake', threads: 1, sessionOptions } })),
    model: modelChoice(`./${SMALL_MODEL}`),
    limit: null,
    makesPictures: false,
    pixelCacheBytes: 1e6,
  };
}
const JOB = {
  kind: 'trial',
  task: { task: 'throughput', images: 6 },
  reduction: { method: 'pruning', tokensPerLayer: 2, layers: { from: 0 }, minTokens: 0 },
} as const;

// A process takes its time to start on a busy machine.
describe('startWorkerProcess', { timeout: 120_000 }, () => {
  it('runs a trial in a process of its own, and measures memory in another', async () => {
    const setup = await setupWith({ latencyMs: 1 });
    const worker = startWorkerProcess(setup);
    const report = await worker.run(JOB);
    if (report.kind !== 'trial') throw new Error('another kind');
    expect(report.observation).toMatchObject({ predictionCount: 6, sampleCount: 6, nonFiniteOutputs: 0 });
    expect(report.observation.baselineMs).toHaveLength(report.observation.variantMs.length);
    await worker.close();
    const memory = startWorkerProcess(setup);
    const peak = await memory.run({
      kind: 'memory',
      outputs: ['logits'],
      reduction: JOB.reduction,
      task: null,
    });
    if (peak.kind !== 'memory') throw new Error('another kind');
    expect(peak.loadedRssBytes).toBeGreaterThan(1e7);
    expect(peak.peakRssBytes).toBeGreaterThanOrEqual(peak.loadedRssBytes);
    expect(peak.gpuMemoryBytes).toBeNull();
    await memory.close();
  });

  it('tells how a process ended that crashed in the middle of a trial', async () => {
    const worker = startWorkerProcess(await setupWith({ exitAtRun: 2 }));
    await expect(worker.run(JOB)).rejects.toThrow(/worker process ended with exit code 137.*out of memory/);
    await worker.close();
  });

  it('hands on what went wrong inside, with its parts', async () => {
    const worker = startWorkerProcess(await setupWith({ failOnCreate: true }));
    await expect(worker.run(JOB)).rejects.toThrow('the fake engine refuses to load');
    await worker.close();
  });
});

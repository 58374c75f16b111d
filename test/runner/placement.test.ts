import { describe, expect, it } from 'vitest';
import type { Placement } from '../../src/engines/index.js';
import { judgeTrial } from '../../src/runner/judge.js';
import { planSmall } from './small-plan.js';

/** What is judged of a trial whose operators ran there. */
async function judged(placement: Placement | undefined, device = 'webgpu') {
  const plan = await planSmall({ engine: { name: 'fake', threads: 1, device: 'webgpu' }, reduction: [] });
  return judgeTrial(
    plan.trials[0]!,
    {
      kind: 'trial',
      observation: {
        ...{ baselineMs: [], variantMs: Array(12).fill(10), baselineTextMs: [], variantTextMs: [] },
        ...{ timedBatchSize: 2, sampleCount: 6, predictionCount: 6, badSamples: [], nonFiniteOutputs: 0 },
        ...{ worstTokenMass: null, metrics: {}, examples: [] },
      },
      ...{ examples: [], pictures: [], endToEndImagesPerSecond: null, tokenMass: null, metricsNote: '' },
      ...{ outputs: ['logits'], device, placement, clockStepMs: 0.001, rssBytes: 1e8 },
    },
    null,
    {
      ...{ experiment: 'small', device: 'WEBGPU, 1 thread', askedDevice: 'webgpu', batchSize: 2, seed: 0 },
      ...{ bounds: plan.experiment.measure.validity, skipBadSamples: false, peak: null },
    },
  );
}

describe('a trial on an accelerator', () => {
  it('is valid where only positions are counted on the CPU, and lists them', async () => {
    const { row } = await judged({
      operators: { webgpu: { Gemm: 24 }, cpu: { Concat: 3, Add: 1 } },
      computeOnCpu: {},
    });
    expect(row.status).toBe('completed');
    expect(row.reason).toBe('positions are counted on the CPU: Concat ×3, Add');
  });

  it('is invalid where an operator that computes was left to the CPU', async () => {
    const { row } = await judged({
      operators: { webgpu: { Gemm: 24 }, cpu: { TopK: 4, Add: 1 } },
      computeOnCpu: { TopK: 4 },
    });
    expect(row.status).toBe('invalid');
    expect(row.reason).toContain('the engine ran on webgpu and cpu (TopK ×4) and was asked for webgpu');
    expect(row.reason).toContain('positions are counted on the CPU: Add');
  });

  it('is invalid where everything ran on the CPU, as far as the engine says', async () => {
    expect(
      (await judged({ operators: { cpu: { Gemm: 24 } }, computeOnCpu: { Gemm: 24 } })).row.reason,
    ).toContain('the engine ran on cpu (Gemm ×24)');
    expect((await judged(undefined, 'cpu')).row.reason).toContain(
      'the engine ran on cpu and was asked for webgpu',
    );
  });
});

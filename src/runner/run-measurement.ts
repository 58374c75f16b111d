/** A task that measures the model itself: it has figures, and no times. */
import type { ReductionChoice } from '../experiment/expand.js';
import type { ImagePool } from '../images/image-pool.js';
import { clockStepMs, monotonicNow } from '../measure/clock.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Measurement } from '../tasks/task.js';
import type { TrialReport, WorkerSetup } from './worker-messages.js';

export async function runMeasurement(
  task: Measurement,
  { measure, engine }: WorkerSetup,
  pool: ImagePool,
  reduction: ReductionChoice,
  onProgress: (done: number, total: number) => void,
): Promise<TrialReport> {
  const { metrics, sampleCount, badSamples } = await task.measure(
    pool,
    measure.batchSize,
    onProgress,
    reduction as ReductionSpec,
  );
  return {
    kind: 'trial',
    observation: {
      ...{ baselineMs: [], variantMs: [], baselineTextMs: [], variantTextMs: [], timedBatchSize: 0 },
      ...{ sampleCount, predictionCount: sampleCount, badSamples, metrics },
      ...{ nonFiniteOutputs: 0, worstTokenMass: null, examples: [] },
    },
    examples: [],
    pictures: [],
    endToEndImagesPerSecond: null,
    tokenMass: null,
    metricsNote: '',
    outputs: [],
    device: engine.device,
    clockStepMs: clockStepMs(monotonicNow),
    rssBytes: process.memoryUsage.rss(),
  };
}

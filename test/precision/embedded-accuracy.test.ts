/** Quantised through the same path as a trial: the embedded CLIP on pictures of its own set, beside float32. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MeasureOptions } from '../../src/experiment/measure-options.js';
import { modelChoice } from '../../src/experiment/model-entry.js';
import type { Precision } from '../../src/precision/precision.js';
import type { WorkerSetup } from '../../src/runner/worker-messages.js';
import { openWorkerState, type WorkerState } from '../../src/runner/worker-state.js';

const COUNT = 16;
/** Pictures whose class may change. */
const MOST_CHANGED: Partial<Record<Precision, number>> = { 'int8-dynamic': 1, 'int8-static': 2 };

let state: WorkerState;
beforeAll(async () => {
  const setup = {
    model: modelChoice('./models/emoji-clip'),
    makesPictures: false,
    engine: {
      ...{ name: 'onnxruntime', device: 'cpu', threads: 1, graphOptimizationLevel: 'all' },
      ...{ skipUnreadRows: false, sessionOptions: {}, calibrationSamples: 8 },
    },
    measure: {
      ...MeasureOptions.parse({ minSeconds: 0, minRuns: 1, warmupSeconds: 0, maxSeconds: 0, energy: false }),
      batchSize: 8,
    },
    ...{ seed: 0, limit: COUNT, pixelCacheBytes: 1e8 },
  } satisfies WorkerSetup;
  state = await openWorkerState(setup, () => {});
});
afterAll(() => state.close());

async function predictions(precision: Precision): Promise<string[]> {
  const report = await state.runTrial(
    {
      ...{ kind: 'trial', precision, reduction: { method: 'none' } },
      task: { task: 'classification', dataset: 'emoji-objects', zeroShot: { templates: ['a {}.'] } },
    },
    () => {},
  );
  expect(report.observation.nonFiniteOutputs).toBe(0);
  expect(report.observation.baselineMs.length > 0).toBe(precision !== 'float32');
  return report.observation.outcomes!.map((outcome) =>
    'predicted' in outcome ? String(outcome.predicted) : '',
  );
}

it('the embedded CLIP names nearly every picture as in float32', { timeout: 240_000 }, async () => {
  const reference = await predictions('float32');
  expect(reference).toHaveLength(COUNT);
  for (const [precision, most] of Object.entries(MOST_CHANGED)) {
    const found = await predictions(precision as Precision);
    const changed = found.filter((name, at) => name !== reference[at]).length;
    expect({ precision, isClose: changed <= most }).toEqual({ precision, isClose: true });
  }
});

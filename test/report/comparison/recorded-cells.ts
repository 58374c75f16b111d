/** Cells and runs as comparisons are tested on them. */
import type { CellConditions } from '../../../src/report/comparison/cell-identity.js';
import {
  type CellRecord,
  packSamples,
  RunRecord,
  type RunRecord as RunRecordType,
} from '../../../src/report/comparison/run-record.js';

const SAMPLES = 400;
export const CONDITIONS: CellConditions = { device: 'CPU', threads: 2, batchSize: 8, precision: 'float32' };

/** A cell whose first `wrong` samples are wrong. */
export function cell(method: string, wrong: number, changes: Partial<CellRecord> = {}): CellRecord {
  const right = Float64Array.from({ length: SAMPLES }, (_, at) => Number(at >= wrong));
  const parameters: CellRecord['parameters'] = method === 'none' ? {} : { tokensPerLayer: 8, alpha: 5 };
  return {
    ...{ model: './models/emoji-clip', task: 'classification', dataset: 'emoji-objects', method },
    ...{ parameters, allParameters: parameters, settings: null, conditions: CONDITIONS },
    ...{ status: 'completed', reason: '' },
    metrics: { top1: 1 - wrong / SAMPLES },
    speedup: method === 'none' ? null : { value: 1.5, low: 1.47, high: 1.53 },
    imagesPerSecond: { value: 100, low: 98, high: 102 },
    samples: packSamples(new Map([['top1', right]]), 'the same samples'),
    ...changes,
  };
}

export function record(cells: CellRecord[], changes: Partial<RunRecordType> = {}): RunRecordType {
  return RunRecord.parse({
    ...{ format: 'turbo-bench baseline', schema: 2, experiment: 'small', version: '0.1.0' },
    ...{ machine: 'a processor', seed: 0, startedAt: '2026-01-01T00:00:00.000Z', cells },
    ...changes,
  });
}

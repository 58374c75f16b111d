import type { TrialRow } from '../../src/report/trial-row.js';
import type { TrialLine } from '../../src/runner/journal-lines.js';

/** A row as a test needs it: everything else is as plain as can be. */
export function rowWith(changes: Partial<TrialRow> = {}): TrialRow {
  return {
    experiment: 'small',
    trial: '0a1b2c3d',
    model: 'emoji-clip',
    task: 'retrieval',
    dataset: 'emoji-scenes',
    device: 'CPU, 2 threads',
    method: 'tome',
    parameters: { tokensPerLayer: 4 },
    status: 'completed',
    reason: '',
    samples: 10,
    skippedSamples: 0,
    imagesPerSecond: 100,
    endToEndImagesPerSecond: 80,
    timedRuns: 10,
    latencyMedianMs: 160,
    latencyP5Ms: 150,
    latencyP50Ms: 160,
    latencyP95Ms: 170,
    latencyP99Ms: 171,
    latencyMadMs: 2,
    speedup: 1.2,
    speedupLow: 1.1,
    speedupHigh: 1.3,
    flopsPerSample: 1.5e9,
    flopRatio: 1.25,
    peakRssBytes: 4e8,
    tokens: [193, 189],
    metrics: { recallAt1ImageToText: 0.5 },
    metricsNote: '',
    ...changes,
  };
}

export function trialLine(fingerprint: string, changes: Partial<TrialRow> = {}): TrialLine {
  return {
    kind: 'trial',
    fingerprint,
    row: rowWith(changes),
    notes: [],
    baselineMs: [10, 11],
    variantMs: [8, 9],
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 3,
  };
}

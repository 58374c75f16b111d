import { describe, expect, it } from 'vitest';
import type { Trial } from '../../src/experiment/expand.js';
import { fingerprintOf, shortIds, type TrialCircumstances } from '../../src/experiment/fingerprint.js';
import { MeasureOptions } from '../../src/experiment/measure-options.js';

const trial: Trial = {
  model: { model: './models/emoji-clip', weights: 'checkpoint', name: 'emoji-clip' },
  task: { task: 'retrieval', dataset: 'emoji-scenes' },
  reduction: { method: 'tome', tokensPerLayer: 4 },
  precision: 'float32' as const,
  conditions: { batchSize: 16 },
};
const circumstances: TrialCircumstances = {
  version: '0.1.0',
  seed: 0,
  limit: null,
  onBadSample: 'fail',
  measure: { ...MeasureOptions.parse({}), batchSize: 16 },
  engine: {
    name: 'onnxruntime',
    version: '1.30.0',
    device: 'cpu',
    threads: 2,
    graphOptimizationLevel: 'all',
    skipUnreadRows: false,
    sessionOptions: {},
  },
  modelDigest: 'a',
  datasetDigest: 'b',
};

describe('fingerprintOf', () => {
  it('does not depend on the order of keys or on the label of the model', () => {
    const relabelled: Trial = {
      reduction: { tokensPerLayer: 4, method: 'tome' },
      task: { dataset: 'emoji-scenes', task: 'retrieval' },
      model: { name: 'other', weights: 'checkpoint', model: './models/emoji-clip' },
      precision: 'float32',
      conditions: { batchSize: 16 },
    };
    expect(fingerprintOf(relabelled, circumstances)).toBe(fingerprintOf(trial, circumstances));
  });

  it('changes with everything that can change the result', () => {
    const { measure, engine } = circumstances;
    const changes: Partial<TrialCircumstances>[] = [
      { version: '0.2.0' },
      { seed: 1 },
      { limit: 10 },
      { onBadSample: 'skip' },
      { modelDigest: 'c' },
      { datasetDigest: null },
      { measure: { ...measure, batchSize: 8 } },
      { measure: { ...measure, minSeconds: 1 } },
      { engine: { ...engine, threads: 1 } },
      { engine: { ...engine, version: '1.31.0' } },
      { engine: { ...engine, device: 'cuda' } },
      { engine: { ...engine, sessionOptions: { 'session.disable_prepacking': '1' } } },
    ];
    const prints = changes.map((change) => fingerprintOf(trial, { ...circumstances, ...change }));
    const others: Trial[] = [
      { ...trial, reduction: { method: 'tome', tokensPerLayer: 5 } },
      { ...trial, task: { task: 'retrieval', dataset: 'emoji-scenes', split: 'val' } },
      { ...trial, model: { ...trial.model, imageSize: 96 } },
      { ...trial, precision: 'int8-dynamic' },
      { ...trial, precision: 'int8-static' },
    ];
    prints.push(...others.map((other) => fingerprintOf(other, circumstances)));
    prints.push(fingerprintOf(trial, circumstances));
    expect(new Set(prints).size).toBe(changes.length + others.length + 1);
  });
});

describe('shortIds', () => {
  it('takes 8 digits, and more where these do not tell fingerprints apart', () => {
    expect(shortIds(['0123456789', '1123456789'])).toEqual(['01234567', '11234567']);
    expect(shortIds(['0123456789', '0123456799'])).toEqual(['012345678', '012345679']);
    expect(shortIds(['0123456789', '0123456789'])).toEqual(['01234567', '01234567']);
  });
});

import { describe, expect, it } from 'vitest';
import { cellKey } from '../../../src/report/comparison/cell-identity.js';
import { cellLabel } from '../../../src/report/comparison/cell-label.js';
import { compareRuns } from '../../../src/report/comparison/compare-runs.js';
import type { CellRecord } from '../../../src/report/comparison/run-record.js';
import { wholeDifferences, wholeDifferenceText } from '../../../src/report/comparison/whole-differences.js';
import { CONDITIONS, cell, record } from './recorded-cells.js';

const under = (conditions: Partial<CellRecord['conditions']>): CellRecord =>
  cell('turbo', 30, { conditions: { ...CONDITIONS, ...conditions } });

const captioning = (prompt: string, model: object = {}): CellRecord =>
  cell('turbo', 30, {
    task: 'captioning',
    settings: {
      model: { name: 'emoji-clip', weights: 'checkpoint', ...model },
      task: { task: 'captioning', dataset: 'emoji-objects', prompt, generate: { numBeams: 3 } },
    },
  });

describe('the identity of a cell', () => {
  it('differs with every condition', () => {
    const cells = [
      under({}),
      under({ device: 'CUDA' }),
      under({ threads: 4 }),
      under({ batchSize: 1 }),
      under({ precision: 'int8-weights' }),
    ];
    expect(new Set(cells.map((each) => cellKey(each, true))).size).toBe(cells.length);
  });

  it('is that of all parameters, not of those that are written down', () => {
    const written = cell('turbo', 30, { parameters: { tokensPerLayer: 8 } });
    expect(cellKey(written, true)).toBe(cellKey(cell('turbo', 30), true));
    const other = cell('turbo', 30, { allParameters: { tokensPerLayer: 8, alpha: 1 } });
    expect(cellKey(other, true)).not.toBe(cellKey(written, true));
  });

  it('differs with the setting of the task and of the model, where both runs know it', () => {
    const [long, short, small] = [
      captioning('a picture of '),
      captioning(''),
      captioning('', { imageSize: 112 }),
    ];
    expect(new Set([long, short, small].map((each) => cellKey(each!, true))).size).toBe(3);
    expect(new Set([long, short, small].map((each) => cellKey(each!, false))).size).toBe(1);
    const { cells, bySettings } = compareRuns(record([short!]), record([{ ...short!, settings: null }]));
    expect([cells.length, bySettings]).toEqual([1, false]);
  });

  it('tells in its label by what it differs from the others', () => {
    const run = record([captioning(''), captioning('', { imageSize: 112 })]);
    const { onlyInRun, onlyInReference } = compareRuns(run, record([captioning('a picture of ')]));
    const labels = [...onlyInRun, ...onlyInReference].map((each) => cellLabel(each, () => false));
    expect(labels).toEqual([
      'emoji-clip captioning emoji-objects prompt="": turbo tokensPerLayer=8 alpha=5',
      'emoji-clip captioning emoji-objects imageSize=112 prompt="": turbo tokensPerLayer=8 alpha=5',
      'emoji-clip captioning emoji-objects prompt="a picture of ": turbo tokensPerLayer=8 alpha=5',
    ]);
  });

  it('shows a default beside another value that was written down', () => {
    const defaults = cell('turbo', 30, { parameters: { tokensPerLayer: 8 } });
    const written = cell('turbo', 30, { allParameters: { tokensPerLayer: 8, alpha: 1, beta: 1 } });
    const { onlyInRun, onlyInReference } = compareRuns(record([defaults]), record([written]));
    expect(onlyInRun[0]!.parameters).toEqual({ tokensPerLayer: 8, alpha: 5 });
    expect(onlyInReference[0]!.parameters).toEqual({ tokensPerLayer: 8, alpha: 1 });
  });
});

describe('what two runs differ in as a whole', () => {
  const texts = (run: CellRecord[], reference: CellRecord[]): string[] =>
    wholeDifferences(run, reference).map(wholeDifferenceText);

  it('is the condition that no cell of one has in common with the other', () => {
    expect(texts([under({ batchSize: 1 })], [under({}), under({ batchSize: 4 })])).toEqual([
      'batch size 1 in the run, 8 or 4 in the reference',
    ]);
    expect(texts([under({ batchSize: 1 }), under({})], [under({})])).toEqual([]);
  });

  it('is a model, a parameter or a setting as well', () => {
    const turbo = cell('turbo', 30);
    const weaker = cell('turbo', 30, { allParameters: { tokensPerLayer: 8, alpha: 1 } });
    expect(texts([turbo], [weaker])).toEqual(['alpha 5 in the run, 1 in the reference']);
    expect(texts([cell('none', 20), turbo], [{ ...weaker, model: 'other' }])).toEqual([
      'model emoji-clip in the run, other in the reference',
    ]);
    expect(texts([captioning('', { imageSize: 112 })], [captioning('')])).toEqual([
      'imageSize 112 in the run, not set in the reference',
    ]);
  });
});

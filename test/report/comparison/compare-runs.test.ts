import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/report/comparison/compare-runs.js';
import { packNumbers, unpackNumbers } from '../../../src/report/comparison/packed-numbers.js';
import { cell, record } from './recorded-cells.js';

describe('a run held against an earlier one', () => {
  it('is the same as itself', () => {
    const run = record([cell('none', 20), cell('turbo', 30)]);
    const { cells, notValid, onlyInRun, onlyInReference } = compareRuns(run, run);
    expect(cells.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
    expect(cells[1]!.metrics).toMatchObject([{ metric: 'top1', test: { difference: 0, pValue: 1 } }]);
    expect([...notValid, ...onlyInRun, ...onlyInReference]).toEqual([]);
  });

  it('is worse or better where accuracy changed beyond chance, and the same where it did not', () => {
    const reference = record([cell('turbo', 30), cell('tome', 60), cell('random', 40)]);
    const run = record([cell('turbo', 60), cell('tome', 20), cell('random', 41)]);
    const { cells } = compareRuns(run, reference);
    expect(cells.map(({ verdict }) => verdict)).toEqual(['worse', 'better', 'same']);
    expect(cells[0]!.metrics[0]!.test!.difference).toBeCloseTo(-0.075, 12);
    expect(cells[0]!.metrics[0]!.test!.high).toBeLessThan(0);
  });

  it('compares speed-ups with an interval of both', () => {
    const slower = { value: 1.2, low: 1.18, high: 1.22 };
    const reference = record([cell('turbo', 30), cell('tome', 30)]);
    const run = record([
      cell('turbo', 30, { speedup: slower }),
      cell('tome', 30, { speedup: { value: 1.48, low: 1.44, high: 1.52 } }),
    ]);
    const { cells } = compareRuns(run, reference);
    expect(cells.map(({ verdict }) => verdict)).toEqual(['worse', 'same']);
    const speed = cells[0]!.speed!;
    expect(speed.ratio).toBeCloseTo(0.8, 12);
    const reach = Math.hypot(Math.log(1.22 / 1.18), Math.log(1.53 / 1.47)) / 2;
    expect(Math.log(speed.high / speed.ratio)).toBeCloseTo(reach, 12);
  });

  it('compares the throughput of the unreduced model on one machine only', () => {
    const slow = cell('none', 20, { imagesPerSecond: { value: 80, low: 79, high: 81 } });
    const reference = record([cell('none', 20)]);
    expect(compareRuns(record([slow]), reference).cells[0]).toMatchObject({
      verdict: 'worse',
      speed: { of: 'imagesPerSecond', verdict: 'worse' },
    });
    const elsewhere = compareRuns(record([slow], { machine: 'another' }), reference);
    expect(elsewhere.cells[0]).toMatchObject({ verdict: 'same', speed: null });
    expect(elsewhere.isSameMachine).toBe(false);
  });

  it('matches cells by what they are, wherever the model lies, and names the others', () => {
    const moved = cell('turbo', 30, {
      model: '/data/models/emoji-clip',
      allParameters: { alpha: 5, tokensPerLayer: 8 },
    });
    const run = record([moved, cell('tome', 30), cell('pruning', 30, { status: 'failed', reason: 'crash' })]);
    const reference = record([cell('turbo', 30), cell('random', 30), cell('pruning', 30)]);
    const comparison = compareRuns(run, reference);
    expect(comparison.cells.map(({ cell: { method } }) => method)).toEqual(['turbo']);
    expect(comparison.onlyInRun.map(({ method }) => method)).toEqual(['tome']);
    expect(comparison.onlyInReference.map(({ method }) => method)).toEqual(['random']);
    expect(comparison.notValid).toMatchObject([
      { side: 'run', cell: { method: 'pruning', reason: 'crash' } },
    ]);
  });

  it('cannot test accuracies of other samples, and says so', () => {
    const other = cell('turbo', 31, { samples: null });
    const [found] = compareRuns(record([other]), record([cell('turbo', 30)])).cells;
    expect(found!.metrics).toMatchObject([{ metric: 'top1', test: null, verdict: 'worse' }]);
  });
});

describe('packed numbers', () => {
  it('come back to the bit', () => {
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 50 }), (values) => {
        expect(unpackNumbers(packNumbers(values), values.length)).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  it('refuse another count, and text that is nothing of the kind', () => {
    const packed = packNumbers(Float64Array.of(1, 2, 3));
    for (const count of [2, 4]) expect(() => unpackNumbers(packed, count)).toThrow('damaged');
    expect(() => unpackNumbers('no numbers', 3)).toThrow('damaged');
  });
});

import { describe, expect, it } from 'vitest';
import { renderCsv } from '../../src/report/csv.js';
import { csvColumns } from '../../src/report/csv-columns.js';
import { classificationRows, exampleRow, retrievalRows } from './example-rows.js';

describe('results.csv', () => {
  it('is as reviewed for four trials', async () => {
    const rows = classificationRows().filter(({ trial }) =>
      ['00a1', 't5-12', 'tome-12', 'pruning-12'].includes(trial),
    );
    await expect(renderCsv(rows)).toMatchFileSnapshot('../fixtures/report/results.csv');
  });

  it('keeps the documented order: identity, parameters, figures, metrics', () => {
    const names = csvColumns([...classificationRows(), ...retrievalRows()]).map(({ name }) => name);
    const order = [
      'experiment',
      'trial',
      'model',
      'task',
      'dataset',
      'method',
      'tokensPerLayer',
      'layers.from',
    ];
    expect(names.slice(0, 8)).toEqual(order);
    const later = ['alpha', 'status', 'reason', 'samples', 'imagesPerSecond', 'latencyMedianMs', 'speedup'];
    const last = ['flopsPerSample', 'flopRatio', 'peakRssBytes', 'top1', 'recallAt1ImageToText'];
    const places = [...later, ...last].map((name) => names.indexOf(name));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(8);
  });

  it('has no column for a parameter or metric that no trial has', () => {
    const names = csvColumns([exampleRow({})]).map(({ name }) => name);
    expect(names).not.toContain('alpha');
    expect(names).not.toContain('top1');
  });

  it('puts unknown parameters and metrics behind the known ones, by name and number', () => {
    const names = csvColumns([
      exampleRow({
        parameters: { zeta: 1, eta: 2, alpha: 3 },
        metrics: { spearmanRhoBlock10: 0, spearmanRhoBlock2: 0, top1: 1 },
      }),
    ]).map(({ name }) => name);
    expect(names.slice(6, 9)).toEqual(['alpha', 'eta', 'zeta']);
    expect(names.slice(-3)).toEqual(['top1', 'spearmanRhoBlock2', 'spearmanRhoBlock10']);
  });

  it('quotes what needs quotes and leaves what was not measured empty', () => {
    const csv = renderCsv([
      exampleRow({
        reason: 'a "quoted", reason\nin two lines',
        metrics: { top1: null, top5: Number.NaN, meanPerClass: 0.25 },
      }),
    ]);
    expect(csv).toContain('"a ""quoted"", reason\nin two lines"');
    expect(csv.trimEnd().endsWith(',,,0.25')).toBe(true);
  });

  it('writes numbers in full precision', () => {
    expect(renderCsv([exampleRow({ metrics: { top1: 1 / 3 } })])).toContain('0.3333333333333333');
  });

  it('keeps a spreadsheet from taking a text for a formula, and numbers as they are', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=cmd|"/c calc"!A1']) {
      const [, line] = renderCsv([exampleRow({ experiment: text })]).split('\n');
      expect(line!.replace(/^"/, '').startsWith("'")).toBe(true);
    }
    const csv = renderCsv([exampleRow({ model: 'a-b=c', metrics: { top1: -0.25, top5: -1e-7 } })]);
    expect(csv).toContain(',a-b=c,');
    expect(csv).toContain(',-0.25,-1e-7');
    expect(csv).not.toContain("'");
  });

  it('does so for names of columns, too', () => {
    const [names] = renderCsv([exampleRow({ parameters: { '=2+2': 1 } })]).split('\n');
    expect(names).toContain(",'=2+2,");
  });
});

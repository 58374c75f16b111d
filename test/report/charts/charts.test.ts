import { describe, expect, it } from 'vitest';
import { accuracyByAlpha } from '../../../src/report/charts/accuracy-by-alpha.js';
import { accuracyByAmount } from '../../../src/report/charts/accuracy-by-amount.js';
import type { ChartDefinition } from '../../../src/report/charts/chart-definition.js';
import { layersAblation } from '../../../src/report/charts/layers.js';
import type { PlotPoint } from '../../../src/report/charts/layers-of-marks.js';
import { CHARTS, chosenCharts } from '../../../src/report/charts/registry.js';
import { semanticValidity } from '../../../src/report/charts/semantic-validity.js';
import { speedupByFlops } from '../../../src/report/charts/speedup-by-flops.js';
import { tradeOff } from '../../../src/report/charts/trade-off.js';
import type { TrialRow } from '../../../src/report/trial-row.js';
import {
  classificationRows,
  combinationRows,
  exampleRow,
  randomWeightRows,
  retrievalRows,
  semanticValidityRows,
} from '../example-rows.js';

interface Layer {
  mark: { type: string; fill?: string; strokeWidth?: number };
  data: { values: PlotPoint[] };
}

/** The layers of the only drawing of a chart, all panels together. */
function layersOf(chart: ChartDefinition, rows: readonly TrialRow[]): Layer[] {
  const drawings = chart.draw(rows);
  expect(drawings).toHaveLength(1);
  const spec = drawings[0]!.spec as unknown as { layer?: Layer[]; hconcat?: { layer: Layer[] }[] };
  return spec.layer ?? spec.hconcat!.flatMap(({ layer }) => layer);
}

const pointsIn = (layers: readonly Layer[]) =>
  layers.filter(({ mark }) => mark.type === 'point').flatMap(({ data }) => data.values);
const subtitleOf = (chart: ChartDefinition, rows: readonly TrialRow[]) =>
  (chart.draw(rows)[0]!.spec as unknown as { title: { subtitle: string[] } }).title.subtitle.join(' | ');

describe('the trade-off', () => {
  it('is as reviewed for four trials', async () => {
    const rows = classificationRows().filter(({ trial }) =>
      ['00a1', 't5-12', 'tome-12', 'pruning-12'].includes(trial),
    );
    const [drawing] = tradeOff.draw(rows);
    expect(drawing!.file).toBe('trade-off-emoji-clip-classification-emoji-objects');
    await expect(`${JSON.stringify(drawing!.spec, null, 2)}\n`).toMatchFileSnapshot(
      '../../fixtures/report/trade-off.vl.json',
    );
  });

  it('places a trial at its speed-up times the throughput of the unreduced model', () => {
    const points = pointsIn(layersOf(tradeOff, classificationRows()));
    const turbo = points.find(({ trial }) => trial === 't5-12')!;
    expect(turbo.x).toBeCloseTo(212.4 * 1.6255798, 4);
    expect(turbo.low).toBeLessThan(Number(turbo.x));
    expect(turbo.high).toBeGreaterThan(Number(turbo.x));
  });

  it('draws an invalid trial hollow, off its line and off the Pareto front', () => {
    const layers = layersOf(tradeOff, classificationRows());
    const hollow = layers.filter(({ mark }) => mark.type === 'point' && mark.fill === 'white');
    expect(hollow.flatMap(({ data }) => data.values.map(({ trial }) => trial))).toEqual(['pruning-12']);
    const lines = layers.filter(({ mark }) => mark.type === 'line').flatMap(({ data }) => data.values);
    expect(lines.map(({ trial }) => trial)).not.toContain('pruning-12');
  });

  it('puts exactly the trials on the front that no other beats', () => {
    const front = layersOf(tradeOff, classificationRows()).find(({ mark }) => mark.strokeWidth === 9)!;
    expect(front.data.values.map(({ trial }) => trial).sort()).toEqual(
      ['00a1', 'pruning-16', 't1-4', 't5-12', 't5-16', 't5-8'].sort(),
    );
  });

  it('leaves trials that merge in some blocks only to their own chart', () => {
    const points = pointsIn(layersOf(tradeOff, classificationRows()));
    expect(points.some(({ trial }) => trial.startsWith('l'))).toBe(false);
  });

  it('never puts failed trials or an invalid baseline to use', () => {
    const rows = classificationRows().map((row) =>
      row.method === 'none' ? { ...row, status: 'failed' as const } : row,
    );
    expect(pointsIn(layersOf(tradeOff, rows)).some(({ series }) => series === 'No reduction')).toBe(false);
  });

  it('says over which parameter it mixes when there are too many lines', () => {
    expect(subtitleOf(tradeOff, combinationRows())).toContain('points of one colour differ in alpha');
    const layers = layersOf(tradeOff, combinationRows());
    expect(layers.filter(({ mark }) => mark.type === 'line')).toHaveLength(1);
  });
});

describe('accuracy by r', () => {
  it('begins every line at the unreduced model', () => {
    const line = layersOf(accuracyByAmount, classificationRows()).find(({ mark }) => mark.type === 'line')!;
    const starts = line.data.values.filter(({ x }) => x === 0);
    expect(starts).toHaveLength(6);
    for (const { y } of starts) expect(y).toBeCloseTo(73.7, 9);
  });

  it('shows the best over a parameter that it mixes, and says so', () => {
    expect(subtitleOf(accuracyByAmount, combinationRows())).toContain('Each line: the best over alpha');
    const points = pointsIn(layersOf(accuracyByAmount, combinationRows()));
    expect(points.filter(({ trial }) => trial.startsWith('additive')).map(({ trial }) => trial)).toEqual([
      'additive-5-4',
      'additive-5-8',
      'additive-5-12',
    ]);
  });
});

describe('accuracy by alpha', () => {
  it('has ToMe at 0 beside each r', () => {
    const points = pointsIn(layersOf(accuracyByAlpha, classificationRows()));
    expect(points.filter(({ x }) => x === 0).map(({ trial }) => trial)).toEqual([
      'tome-4',
      'tome-8',
      'tome-12',
      'tome-16',
    ]);
    expect(subtitleOf(accuracyByAlpha, classificationRows())).toContain('α = 0 is ToMe');
  });

  it('is not drawn for a single alpha', () => {
    expect(
      accuracyByAlpha.draw(
        classificationRows().filter(({ parameters }) => parameters.alpha !== 1 && parameters.alpha !== 10),
      ),
    ).toEqual([]);
  });
});

describe('the layers ablation', () => {
  it('compares trials that differ in nothing but the blocks that merge', () => {
    const points = pointsIn(layersOf(layersAblation, classificationRows()));
    expect([...new Set(points.map(({ trial, x }) => `${trial}: ${x}`))]).toEqual([
      't5-12: 0',
      'l2: 2',
      'l4: 4',
    ]);
    expect(subtitleOf(layersAblation, classificationRows())).toContain('Turbo, r = 12, α = 5');
  });

  it('names both ends when both vary', () => {
    const rows = [exampleRow({ trial: 'b', metrics: { top1: 0.8 } })].concat(
      [
        [0, 3],
        [2, 5],
        [2, 11],
      ].map(([from, to]) =>
        exampleRow({
          ...{ trial: `${from}`, method: 'turbo', metrics: { top1: 0.7 }, speedup: 1.2 },
          parameters: { tokensPerLayer: 8, 'layers.from': from!, 'layers.to': to! },
          tokens: Array.from({ length: 12 }, () => 9),
        }),
      ),
    );
    const points = pointsIn(layersOf(layersAblation, rows));
    expect([...new Set(points.map(({ x }) => x))]).toEqual(['0–3', '2–5', '2–last']);
  });
});

describe('speed-up by FLOPs', () => {
  it('is drawn for random weights, which have nothing else to show', () => {
    const drawn = CHARTS.filter((chart) => chart.draw(randomWeightRows()).length > 0);
    expect(drawn).toEqual([speedupByFlops]);
    expect(pointsIn(layersOf(speedupByFlops, randomWeightRows()))).toHaveLength(26);
  });
});

describe('semantic validity', () => {
  it('has a line per model and a point per block', () => {
    const points = pointsIn(layersOf(semanticValidity, semanticValidityRows()));
    expect(points).toHaveLength(24);
    expect(new Set(points.map(({ series }) => series))).toEqual(
      new Set(['emoji-clip', 'facebook/dinov2-small']),
    );
  });

  it('leaves out blocks where the correlation is not defined', () => {
    const rows = [exampleRow({ metrics: { spearmanRhoBlock0: null, spearmanRhoBlock1: 0.4 } })];
    expect(pointsIn(layersOf(semanticValidity, rows)).map(({ x }) => x)).toEqual([1]);
  });
});

describe('the choice of charts', () => {
  it('draws nothing from nothing', () => {
    for (const chart of CHARTS) expect(chart.draw([])).toEqual([]);
    for (const chart of CHARTS) expect(chart.draw([exampleRow({})])).toEqual([]);
  });

  it('gives every drawing a name of its own', () => {
    const rows = [...classificationRows(), ...retrievalRows(), ...semanticValidityRows()];
    const files = CHARTS.flatMap((chart) => chart.draw(rows).map(({ file }) => file));
    expect(new Set(files).size).toBe(files.length);
    for (const file of files) expect(file).toMatch(/^[a-z0-9.-]+$/);
  });

  it('draws all, none, or those named, and refuses another name', () => {
    expect(chosenCharts('default')).toBe(CHARTS);
    expect(chosenCharts('none')).toEqual([]);
    expect(chosenCharts(['layers'])).toEqual([layersAblation]);
    expect(() => chosenCharts(['tradeoff'])).toThrow(/did you mean trade-off/);
  });
});

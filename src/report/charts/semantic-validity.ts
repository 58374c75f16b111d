/**
 * Spearman's ρ between a token's attention and what merging it alone does to the output, by block and model: where attention
 * stands for meaning. Above 0 it does; around 0 it says nothing.
 */
import type { TopLevelSpec } from 'vega-lite';
import { semanticValidityBlock } from '../../metrics/semantic-validity.js';
import { distinctNames } from '../distinct-names.js';
import { parametersOf, parameterText } from '../parameter-names.js';
import { shortModelName, slugOf } from '../trial-groups.js';
import { isMeasured, type TrialRow } from '../trial-row.js';
import type { ChartDefinition } from './chart-definition.js';
import { levelLayers, lineLayer, type PlotPoint, type Position, pointLayers } from './layers-of-marks.js';
import { hueAt, shapeAt } from './palette.js';
import { linearArea } from './plot-area.js';
import { chart, paddedDomain, plotWidth, ticksAt } from './theme.js';

const HEIGHT = 380;

export const semanticValidity: ChartDefinition = {
  name: 'semantic-validity',
  question: 'Where does attention stand for meaning?',
  needs: 'trials of the task semantic-validity',
  draw(rows, { width } = {}) {
    const measured = rows.filter((row) => isMeasured(row) && correlations(row).length > 0);
    const datasets = [...new Set(measured.map(({ dataset }) => dataset))];
    const names = distinctNames(datasets.map((dataset) => slugOf(dataset) || 'dataset'));
    return datasets.map((dataset, at) => ({
      file: `${this.name}-${names[at]}`,
      spec: specOf(
        this.question,
        dataset,
        measured.filter((row) => row.dataset === dataset),
        width,
      ),
    }));
  },
};

function specOf(
  question: string,
  dataset: string,
  rows: readonly TrialRow[],
  whole: number | undefined,
): TopLevelSpec {
  const series = rows.map((row, at) => ({
    label: labelOf(row, rows),
    color: hueAt(at),
    shape: shapeAt(at),
    row,
  }));
  const points = series.flatMap(({ label, color, shape, row }) =>
    correlations(row).map(
      ({ block, rho }): PlotPoint => ({
        ...{ x: block, y: rho, order: block, series: label, color, shape, label: '', trial: row.trial },
        invalid: row.status === 'invalid',
      }),
    ),
  );
  const width = plotWidth(series.length > 1 ? series.map(({ label }) => label) : [], whole);
  const lastBlock = Math.max(...points.map(({ x }) => Number(x)));
  const values = Array.from({ length: lastBlock + 1 }, (_, block) => block);
  const xDomain = paddedDomain([0, lastBlock], 0.03);
  const yDomain = paddedDomain([0, ...points.map(({ y }) => y)], 0.08);
  const area = linearArea(xDomain, yDomain, width, HEIGHT);
  const position: Position = {
    x: {
      field: 'x',
      type: 'quantitative',
      scale: { domain: xDomain, nice: false, zero: false },
      axis: { title: 'block, from 0', ...ticksAt(values), format: 'd' },
    },
    y: {
      field: 'y',
      type: 'quantitative',
      scale: { domain: yDomain, nice: false, zero: false },
      axis: { title: "Spearman's ρ of attention and effect" },
    },
  };
  const first = rows[0]!;
  const who = [
    series.length === 1 ? series[0]!.label : '',
    dataset,
    first.device,
    `${first.samples ?? 0} samples`,
  ];
  return chart(
    question,
    [
      who.filter((part) => part !== '').join(' · '),
      'Effect: change of the output when one token alone is merged',
    ],
    {
      width,
      height: HEIGHT,
      layer: [
        ...levelLayers(0, 'attention says nothing', points, position, area),
        lineLayer(points, position),
        ...pointLayers(points, series, position),
      ],
    },
    whole,
  );
}

/** ρ by block; blocks where it is not defined are left out. */
function correlations(row: TrialRow): { block: number; rho: number }[] {
  return Object.entries(row.metrics).flatMap(([name, rho]) => {
    const block = semanticValidityBlock(name);
    return block === undefined || rho === null || !Number.isFinite(rho) ? [] : [{ block, rho }];
  });
}

/** The model, and what distinguishes its rows when it has several. */
function labelOf(row: TrialRow, rows: readonly TrialRow[]): string {
  const own = rows.filter(({ model }) => model === row.model);
  const varied = parametersOf(own).filter(
    (name) => new Set(own.map(({ parameters }) => parameters[name])).size > 1,
  );
  const parts = varied.map((name) => parameterText(name, row.parameters[name] ?? null));
  return [shortModelName(row.model), ...parts].join(', ');
}

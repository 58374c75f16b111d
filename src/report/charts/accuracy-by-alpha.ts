/**
 * Accuracy against α, one line per r: how much meaning should weigh against redundancy.
 *
 * α = 0 is ToMe by definition of the additive information degree, so ToMe's trials stand there when the run has them.
 */
import { axisTitle, shownScale } from '../metric-names.js';
import { isMeasured, type TrialRow } from '../trial-row.js';
import { chartMetric, chartPerGroup } from './chart-definition.js';
import { levelLayers, lineLayer, type PlotPoint, type Position, pointLayers } from './layers-of-marks.js';
import { linearArea } from './plot-area.js';
import { bestOfEach, LAYER_PARAMETERS, seriesOf, withoutLayerLimits } from './series.js';
import { chart, paddedDomain, plotWidth, readingLine, ticksAt } from './theme.js';

const HEIGHT = 380;

export const accuracyByAlpha = chartPerGroup(
  'accuracy-by-alpha',
  'How much should meaning weigh against redundancy?',
  'an accuracy at two or more values of alpha',
  (group, question, setting) => {
    const metric = chartMetric(group, setting);
    if (!metric) return undefined;
    const measured = withoutLayerLimits(group.rows).filter(
      (row) => isMeasured(row) && typeof row.metrics[metric.name] === 'number',
    );
    const rows = measured.filter((row) => alphaOf(row) !== undefined);
    const { series, mixed } = seriesOf(rows, ['alpha'], {
      tones: 'ordered',
      kept: ['tokensPerLayer', 'ratio'],
    });
    let withTome = false;
    const points = series.flatMap((line) => {
      if (new Set(line.rows.map(alphaOf)).size < 2) return [];
      const shown = mixed.length > 0 ? bestOfEach(line.rows, alphaOf, metric.name) : line.rows;
      const tome =
        mixed.length === 0 && !shown.some((row) => alphaOf(row) === 0) ? tomeBeside(shown[0]!, measured) : [];
      withTome ||= tome.length > 0;
      return [...tome, ...shown].map(
        (row): PlotPoint => ({
          ...{
            x: alphaOf(row) ?? 0,
            y: shownScale(metric) * row.metrics[metric.name]!,
            order: alphaOf(row) ?? 0,
          },
          ...{ series: line.label, color: line.color, shape: line.shape, label: '', trial: row.trial },
          invalid: row.status === 'invalid',
        }),
      );
    });
    if (points.length === 0) return undefined;
    const drawn = series.filter(({ label }) => points.some((point) => point.series === label));
    const level = group.baseline?.metrics[metric.name];
    const levels = typeof level === 'number' ? [shownScale(metric) * level] : [];
    const alphas = [...new Set(points.map(({ x }) => Number(x)))].sort((a, b) => a - b);
    const width = plotWidth(drawn.length > 1 ? drawn.map(({ label }) => label) : [], setting.width);
    const xDomain = paddedDomain(alphas, 0.04);
    const yDomain = paddedDomain([...points.map(({ y }) => y), ...levels], 0.08);
    const area = linearArea(xDomain, yDomain, width, HEIGHT);
    const position: Position = {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: { domain: xDomain, nice: false, zero: false },
        axis: { title: 'weight of the semantic value, α', ...ticksAt(alphas) },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { domain: yDomain, nice: false, zero: false },
        axis: { title: axisTitle(metric) },
      },
    };
    const reading = [
      ...(withTome ? ['α = 0 is ToMe'] : []),
      ...(mixed.length > 0 ? [`each line: the best over ${mixed.join(', ')}`] : []),
      ...(points.some(({ invalid }) => invalid) ? ['hollow: not valid'] : []),
    ];
    return chart(
      question,
      [group.title, ...readingLine(reading)],
      {
        width,
        height: HEIGHT,
        layer: [
          ...levels.flatMap((percent) => levelLayers(percent, 'no reduction', points, position, area)),
          lineLayer(points, position),
          ...pointLayers(points, drawn, position),
        ],
      },
      setting.width,
    );
  },
);

function alphaOf(row: TrialRow): number | undefined {
  return typeof row.parameters.alpha === 'number' ? row.parameters.alpha : undefined;
}

/** The ToMe trial with the same parameters, which is α = 0 of the additive combination. */
function tomeBeside(row: TrialRow, rows: readonly TrialRow[]): TrialRow[] {
  if (
    row.method !== 'turbo' ||
    !['additive', undefined, null].includes(row.parameters.combine as string | undefined)
  ) {
    return [];
  }
  const shared = (other: TrialRow) =>
    Object.entries(other.parameters).every(
      ([name, value]) => LAYER_PARAMETERS.includes(name) || row.parameters[name] === value,
    );
  return rows.filter((other) => other.method === 'tome' && shared(other)).slice(0, 1);
}

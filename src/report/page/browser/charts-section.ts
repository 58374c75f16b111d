/** The charts of a group: the trade-off on the first screen, all others as small multiples further down. */
import { CHARTS } from '../../charts/registry.js';
import { tradeOff } from '../../charts/trade-off.js';
import type { MetricName } from '../../metric-names.js';
import type { TrialGroup } from '../../trial-groups.js';
import { answerOf } from '../answer.js';
import { type ChartSurroundings, chartFigure, chartWidth, drawChart } from './chart-figure.js';
import { element, section } from './element.js';

/** A part of the page whose charts are drawn once it stands there and its width is known. */
export interface DrawnPart {
  readonly part: HTMLElement;
  readonly draw: () => Promise<void>;
}

/** The trade-off of one group, the answer ringed; a sentence where there are not enough trials. */
export function tradeOffPart(
  group: TrialGroup,
  metric: MetricName | undefined,
  surroundings: ChartSurroundings,
): DrawnPart {
  const drawingAt = (width?: number) =>
    tradeOff.draw(group.rows, { ...setting(metric), ...(width === undefined ? {} : { width }) })[0]?.spec;
  const first = drawingAt();
  if (first === undefined) {
    const part = element('p', { class: 'empty' }, `This chart needs ${tradeOff.needs}.`);
    return { part, draw: async () => {} };
  }
  const { row, found } = answerOf(group, metric);
  const { figure, host } = chartFigure(first, 'none');
  if (found) figure.querySelector('figcaption')?.append(' · Ringed: the answer above');
  return {
    part: figure,
    draw: () => drawChart(host, drawingAt(chartWidth(host))!, surroundings, found ? row?.trial : undefined),
  };
}

/** All other charts that have data; undefined where none has. */
export function chartsSection(
  groups: readonly TrialGroup[],
  metrics: readonly (MetricName | undefined)[],
  surroundings: ChartSurroundings,
): DrawnPart | undefined {
  const figures = groups.flatMap((group, at) =>
    CHARTS.filter((definition) => definition !== tradeOff).flatMap((definition) => {
      const drawings = (width?: number) =>
        definition.draw(group.rows, { ...setting(metrics[at]), ...(width === undefined ? {} : { width }) });
      return drawings().map(({ spec }, which) => {
        const { figure, host } = chartFigure(spec, 'h3');
        const draw = () => drawChart(host, drawings(chartWidth(host))[which]!.spec, surroundings);
        return { figure, draw };
      });
    }),
  );
  if (figures.length === 0) return undefined;
  const part = section(
    'charts',
    'What do the other charts say?',
    element('div', { class: 'multiples' }, ...figures.map(({ figure }) => figure)),
  );
  return {
    part,
    async draw() {
      for (const { draw } of figures) {
        await draw();
        // Lets the page answer between two charts.
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
}

function setting(metric: MetricName | undefined) {
  return metric === undefined ? {} : { metric: metric.name };
}

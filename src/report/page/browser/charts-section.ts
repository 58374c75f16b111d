/** The charts of a group: the trade-off on the first screen, all others as small multiples further down. */
import type { ChartSetting } from '../../charts/chart-definition.js';
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

/** Least width of a small multiple and the gap between two, as in the style sheet. */
const [LEAST_MULTIPLE, GAP] = [480, 48];

/** The trade-off of one group, the answer ringed; a sentence where there are not enough trials. */
export function tradeOffPart(
  group: TrialGroup,
  metric: MetricName | undefined,
  surroundings: ChartSurroundings,
): DrawnPart {
  const part = element('div', { class: 'whole-chart' });
  return {
    part,
    async draw() {
      const [drawing] = tradeOff.draw(group.rows, settingOf(metric, part.clientWidth));
      if (drawing === undefined) {
        part.append(element('p', { class: 'empty' }, `This chart needs ${tradeOff.needs}.`));
        return;
      }
      const { row, found } = answerOf(group, metric);
      const { figure, host } = chartFigure(drawing.spec, 'none');
      if (found) figure.querySelector('figcaption')?.append(' · Ringed: the answer above');
      part.append(figure);
      await drawChart(host, drawing.spec, surroundings, found ? row?.trial : undefined);
    },
  };
}

/** All other charts that have data, as small multiples; the section goes again where none has. */
export function chartsSection(
  groups: readonly TrialGroup[],
  metrics: readonly (MetricName | undefined)[],
  surroundings: ChartSurroundings,
): DrawnPart {
  const multiples = element('div', { class: 'multiples' });
  const part = section('charts', 'What do the other charts say?', multiples);
  return {
    part,
    async draw() {
      const whole = multiples.clientWidth;
      const columns = Math.max(1, Math.floor((whole + GAP) / (LEAST_MULTIPLE + GAP)));
      const width = (whole - GAP * (columns - 1)) / columns;
      for (const [at, group] of groups.entries())
        for (const definition of CHARTS)
          for (const { spec } of definition === tradeOff
            ? []
            : definition.draw(group.rows, settingOf(metrics[at], width))) {
            const { figure, host } = chartFigure(spec, 'h3');
            multiples.append(figure);
            await drawChart(host, spec, surroundings);
            // Lets the page answer between two charts.
            await new Promise((resolve) => setTimeout(resolve));
          }
      if (!multiples.hasChildNodes()) part.remove();
    },
  };
}

function settingOf(metric: MetricName | undefined, columnWidth: number): ChartSetting {
  const width = chartWidth(columnWidth);
  return metric === undefined ? { width } : { metric: metric.name, width };
}

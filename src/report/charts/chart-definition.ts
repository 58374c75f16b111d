/** What a chart is: a name for the experiment file, the question that it answers, and how it is drawn. */
import type { TopLevelSpec } from 'vega-lite';
import { distinctNames } from '../distinct-names.js';
import { headlineMetric, type MetricName, metricNamed } from '../metric-names.js';
import { groupTrials, type TrialGroup } from '../trial-groups.js';
import type { TrialRow } from '../trial-row.js';

/** One picture, before it is rendered. */
export interface Drawing {
  /** File name without extension, unique among all drawings of a run. */
  file: string;
  spec: TopLevelSpec;
}

/** How a chart is drawn on the report page; a file is drawn with nothing of it. */
export interface ChartSetting {
  /** Name of the metric to show in place of the headline metric. */
  metric?: string;
  /** Pixels with everything in it, in place of 800. */
  width?: number;
}

export interface ChartDefinition {
  /** As in `charts: [trade-off]`. */
  name: string;
  question: string;
  /** What the rows must have for the chart to be drawn. */
  needs: string;
  /** The drawings for which there are data; none is no error. */
  draw: (rows: readonly TrialRow[], setting?: ChartSetting) => Drawing[];
}

/** The metric that a chart shows, or undefined when none was measured. */
export function chartMetric(group: TrialGroup, { metric }: ChartSetting): MetricName | undefined {
  return metric === undefined ? headlineMetric(group.rows) : metricNamed(metric);
}

type PerGroup<T> = (group: TrialGroup, question: string, setting: ChartSetting) => T;

/** A chart that is drawn for every model, task and dataset by itself. */
export function chartPerGroup(
  name: string,
  question: string,
  needs: string,
  specOf: PerGroup<TopLevelSpec | undefined>,
): ChartDefinition {
  return chartsPerGroup(name, question, needs, (...of) => {
    const spec = specOf(...of);
    return spec ? [{ file: name, spec }] : [];
  });
}

/** The same with any number of drawings for each, whose files begin with different words. */
export function chartsPerGroup(
  name: string,
  question: string,
  needs: string,
  drawingsOf: PerGroup<readonly Drawing[]>,
): ChartDefinition {
  const draw = (rows: readonly TrialRow[], setting: ChartSetting = {}): Drawing[] => {
    const groups = groupTrials(rows);
    const names = distinctNames(groups.map(({ slug }) => slug));
    return groups.flatMap((group, at) =>
      drawingsOf(group, question, setting).map(({ file, spec }) => ({ file: `${file}-${names[at]}`, spec })),
    );
  };
  return { name, question, needs, draw };
}

/** What a chart is: a name for the experiment file, the question that it answers, and how it is drawn. */
import type { TopLevelSpec } from 'vega-lite';
import { groupTrials, type TrialGroup } from '../trial-groups.js';
import type { TrialRow } from '../trial-row.js';

/** One picture, before it is rendered. */
export interface Drawing {
  /** File name without extension, unique among all drawings of a run. */
  file: string;
  spec: TopLevelSpec;
}

export interface ChartDefinition {
  /** As in `charts: [trade-off]`. */
  name: string;
  question: string;
  /** What the rows must have for the chart to be drawn. */
  needs: string;
  /** The drawings for which there are data; none is no error. */
  draw: (rows: readonly TrialRow[]) => Drawing[];
}

/** A chart that is drawn for every model, task and dataset by itself. */
export function chartPerGroup(
  name: string,
  question: string,
  needs: string,
  specOf: (group: TrialGroup, question: string) => TopLevelSpec | undefined,
): ChartDefinition {
  const draw = (rows: readonly TrialRow[]): Drawing[] =>
    groupTrials(rows).flatMap((group) => {
      const spec = specOf(group, question);
      return spec ? [{ file: `${name}-${group.slug}`, spec }] : [];
    });
  return { name, question, needs, draw };
}

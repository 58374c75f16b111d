/** The group of trials that the reader has chosen, in each run of the page. */
import { headlineMetric, type MetricName, metricsOf } from '../../metric-names.js';
import { groupTrials, shortModelName, type TrialGroup } from '../../trial-groups.js';
import type { PageRun } from '../page-data.js';
import type { Choice } from './choice.js';

/** A run with its trials in groups. */
export interface GroupedRun {
  readonly run: PageRun;
  readonly groups: readonly TrialGroup[];
  readonly prefix: string;
}

/** @param prefix put before the ids of trials, which two runs may share */
export function groupedRun(run: PageRun, prefix = ''): GroupedRun {
  const rows = run.trials.map(({ row }) =>
    prefix === '' ? row : { ...row, trial: `${prefix}${row.trial}` },
  );
  return { run, groups: groupTrials(rows), prefix };
}

/** `classification on emoji-objects`. */
export function taskText({ task, dataset }: Pick<TrialGroup, 'task' | 'dataset'>): string {
  return dataset === '' ? task : `${task} on ${dataset}`;
}

/** How well a group fits a choice: the model counts most, then the task, then the device. */
function agreement(group: TrialGroup, choice: Choice): number {
  const agrees = (name: 'model' | 'task' | 'device', value: string): number => Number(choice[name] === value);
  return (
    4 * agrees('model', shortModelName(group.model)) +
    2 * agrees('task', taskText(group)) +
    agrees('device', group.setting)
  );
}

/** The group that fits best, the first of equals; undefined in a run without trials. */
export function chosenGroup({ groups }: GroupedRun, choice: Choice): TrialGroup | undefined {
  return groups.reduce<TrialGroup | undefined>(
    (best, group) =>
      best === undefined || agreement(group, choice) > agreement(best, choice) ? group : best,
    undefined,
  );
}

/** Of a second run the group on the same model, task and dataset, whatever the device. */
export function sameGroup({ groups }: GroupedRun, other: TrialGroup): TrialGroup | undefined {
  const same = groups.filter(
    (group) =>
      shortModelName(group.model) === shortModelName(other.model) && taskText(group) === taskText(other),
  );
  return same.find(({ setting }) => setting === other.setting) ?? same[0];
}

/** Metrics that a chart can show for these trials: those of which more is better. */
export function chartMetrics({ rows }: TrialGroup): MetricName[] {
  return metricsOf(rows).filter(
    ({ name, better }) => better !== 'lower' && rows.some(({ metrics }) => typeof metrics[name] === 'number'),
  );
}

/** The chosen metric where the group has it, and the headline metric otherwise. */
export function chosenMetric(group: TrialGroup, choice: Choice): MetricName | undefined {
  return chartMetrics(group).find(({ name }) => name === choice.metric) ?? headlineMetric(group.rows);
}

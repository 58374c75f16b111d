/** Drop-down lists for model, task, device and metric; one with a single entry is not shown. */
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import type { Choice } from './choice.js';
import { chartMetrics, chosenMetric, type GroupedRun, taskText } from './chosen-groups.js';
import { element, select } from './element.js';

export function chooser(
  { groups }: GroupedRun,
  group: TrialGroup,
  choice: Choice,
  onChange: (changes: Partial<Choice>) => void,
): HTMLElement {
  const model = shortModelName(group.model);
  const ofModel = groups.filter((other) => shortModelName(other.model) === model);
  const ofTask = ofModel.filter((other) => taskText(other) === taskText(group));
  const metrics = chartMetrics(group);
  const list = (
    label: string,
    values: readonly string[],
    chosen: string,
    name: 'model' | 'task' | 'device',
  ) => {
    const options = [...new Set(values)].map((value) => ({ value, text: value }));
    if (options.length < 2) return undefined;
    return select(label, options, chosen, (value) =>
      onChange({ ...place, [name]: value, metric: '', trial: '' }),
    );
  };
  const place = { model, task: taskText(group), device: group.setting };
  return element(
    'div',
    { class: 'chooser', role: 'group', 'aria-label': 'What to show' },
    list(
      'Model',
      groups.map((other) => shortModelName(other.model)),
      model,
      'model',
    ),
    list('Task', ofModel.map(taskText), taskText(group), 'task'),
    list(
      'Device',
      ofTask.map(({ setting }) => setting),
      group.setting,
      'device',
    ),
    metrics.length < 2
      ? undefined
      : select(
          'Metric',
          metrics.map(({ name, axis }) => ({ value: name, text: axis })),
          chosenMetric(group, choice)?.name ?? '',
          (metric) => onChange({ metric }),
        ),
  );
}

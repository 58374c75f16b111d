/** What trials are called in tables and by `--only`, known before anything of them is opened. */
import { canonicalJson } from '../experiment/canonical-json.js';
import { type Conditions, conditionsLabel, conditionsOf } from '../experiment/conditions.js';
import { sweepsPrecision, type Trial, writtenParameters } from '../experiment/expand.js';
import type { Experiment } from '../experiment/schema.js';
import { datasetLabel, taskLabels } from '../tasks/task-label.js';
import { type RowParameters, reductionLabel, rowParameters } from './row-parameters.js';

export interface TrialDescription {
  readonly trial: Trial;
  readonly taskLabel: string;
  readonly datasetLabel: string;
  /** `emoji-clip retrieval emoji-scenes turbo tokensPerLayer=8`: what `--only` searches. */
  readonly label: string;
  readonly parameters: RowParameters;
}

export function describeTrials(experiment: Experiment, trials: readonly Trial[]): TrialDescription[] {
  const written = writtenParameters(experiment);
  const conditions = conditionsOf(experiment);
  const inPrecisions = sweepsPrecision(experiment);
  const labelOf = taskNames(trials);
  return trials.map((trial) => {
    const parameters = rowParameters(trial.reduction, written, inPrecisions ? trial.precision : undefined);
    const names = { taskLabel: labelOf(trial), datasetLabel: datasetLabel(trial.task) };
    const label = labelled(trial, { ...names, parameters }, conditions);
    return { trial, ...names, parameters, label };
  });
}

function labelled(
  { model, reduction, conditions }: Trial,
  {
    taskLabel,
    datasetLabel,
    parameters,
  }: Pick<TrialDescription, 'taskLabel' | 'datasetLabel' | 'parameters'>,
  all: readonly Conditions[],
): string {
  const under = conditionsLabel(conditions, all);
  const parts = [model.name, taskLabel, datasetLabel, reductionLabel(reduction.method, parameters), under];
  return parts.filter((part) => part !== '').join(' ');
}

/** Tasks are told apart within a model. */
function taskNames(trials: readonly Trial[]): (trial: Trial) => string {
  const names = new Map<string, string>();
  const keyOf = ({ model, task }: Trial): string => canonicalJson([model.name, task]);
  for (const model of new Set(trials.map((trial) => trial.model))) {
    const own = trials.filter((trial) => trial.model === model);
    const tasks = new Map(own.map((trial) => [keyOf(trial), trial.task]));
    const labels = taskLabels([...tasks.values()]);
    [...tasks.keys()].forEach((key, at) => void names.set(key, labels[at]!));
  }
  return (trial) => names.get(keyOf(trial))!;
}

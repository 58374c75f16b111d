/** What model and task of each trial were set to, from the experiment that the journal keeps: its rows name both and say no more. */
import { TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { expandExperiment, type Trial } from '../experiment/expand.js';
import { parseExperiment } from '../experiment/load.js';
import { modelChoice } from '../experiment/model-entry.js';
import type { Experiment } from '../experiment/schema.js';
import { methods } from '../reduction/registry.js';
import type { CellIdentity, CellSettings } from '../report/comparison/cell-identity.js';
import { taskLabels } from '../tasks/task-label.js';
import type { RunLine, TrialLine } from './journal-lines.js';
import { describeTrials, type TrialDescription } from './trial-description.js';

/** What a row says too little of. */
export type SetTrial = Pick<CellIdentity, 'task' | 'settings'>;

interface Described extends TrialDescription {
  readonly set: SetTrial & { readonly settings: CellSettings };
}

/**
 * The trials of a run stand in the order of its experiment. Where models were left out of it they do not, and a trial is found by its names.
 *
 * @returns for each trial its settings, and what its task is called by itself; null for settings where this version does not read the experiment, or several
 * trials have these names
 */
export function trialSettings(run: RunLine): (line: TrialLine) => SetTrial {
  const described = describedTrials(run.provenance);
  const isWhole = described.length === run.trials.length;
  const positions = new Map(run.trials.map((fingerprint, at) => [fingerprint, at]));
  return (line) => {
    const inOrder = isWhole ? described[positions.get(line.fingerprint) ?? -1] : undefined;
    if (inOrder !== undefined && isOf(inOrder, line)) return inOrder.set;
    const named = described.filter((one) => isOf(one, line) && one.trial.model.name === line.row.model);
    const different = new Map(named.map(({ set }) => [canonicalJson(set.settings), set]));
    return different.size === 1 ? [...different.values()][0]! : { task: line.row.task, settings: null };
  };
}

/** Earlier versions called tasks by their own labels alone. */
function isOf(
  { trial: { reduction }, taskLabel, datasetLabel, set }: Described,
  { row }: TrialLine,
): boolean {
  const isTask = row.task === taskLabel || row.task === set.task;
  return isTask && row.dataset === datasetLabel && row.method === reduction.method;
}

/** None where the experiment is of a version that had other keys. */
function describedTrials({
  experimentText,
  experimentFile,
}: Pick<RunLine['provenance'], 'experimentText' | 'experimentFile'>): Described[] {
  try {
    const experiment = parseExperiment(experimentText, experimentFile, methods);
    return describeTrials(experiment, expandExperiment(experiment, methods)).map((description) => {
      const { model, task } = description.trial;
      const settings = { model: modelSetting(model, experiment), task };
      return { ...description, set: { task: taskLabels([task])[0]!, settings } };
    });
  } catch (thrown) {
    if (thrown instanceof TurboError) return [];
    throw thrown;
  }
}

/** Without where it lies, and under the name of its entry: trials of two image sizes are called by both, which a run of one is not. */
function modelSetting(choice: Trial['model'], { models }: Experiment): CellSettings['model'] {
  const { name, ...own } = choice;
  const entry = models.map(modelChoice).find(({ name: _, ...other }) => {
    return canonicalJson(other) === canonicalJson(own);
  });
  const { model: _, preset: __, ...setting } = own;
  return { ...setting, name: entry?.name ?? name };
}

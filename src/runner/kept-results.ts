/** What a run takes over of earlier runs of its folder: under which names, and measured where. */
import { canonicalJson } from '../experiment/canonical-json.js';
import type { TrialRow } from '../report/trial-row.js';
import { currentTrials, type JournalLine, type TrialLine } from './journal-lines.js';
import type { PlannedTrial } from './plan.js';
import type { Provenance } from './provenance.js';

/**
 * A result under the names that the experiment has for it by now: its key leaves out what the experiment, the model and the task are
 * called, and which parameters are written down.
 *
 * @returns undefined where they are the same
 */
export function relabelled(
  line: TrialLine,
  planned: PlannedTrial,
  experiment: string,
): TrialLine | undefined {
  const names: Partial<TrialRow> = {
    experiment,
    model: planned.trial.model.name,
    task: planned.taskLabel,
    dataset: planned.datasetLabel,
    parameters: planned.parameters,
  };
  const row = { ...line.row, ...names };
  return canonicalJson(row) === canonicalJson(line.row) ? undefined : { ...line, row };
}

/** The run in which each result was measured; a line that only renames one is as old as the result. */
function measuringRuns(lines: readonly JournalLine[]): (line: TrialLine) => Provenance | undefined {
  const keyOf = ({ fingerprint, startedAt }: TrialLine): string => `${fingerprint} ${startedAt}`;
  const runs = new Map<string, Provenance>();
  let run: Provenance | undefined;
  for (const line of lines) {
    if (line.kind === 'run') run = line.provenance;
    if (line.kind === 'trial' && run !== undefined && !runs.has(keyOf(line))) runs.set(keyOf(line), run);
  }
  return (line) => runs.get(keyOf(line));
}

/** Results of models that this run leaves out, where they are of the same experiment: they stay in its report. */
export function resultsOfOthers(
  lines: readonly JournalLine[],
  models: readonly string[],
  { experiment, seed, limit = null, version }: Provenance,
): TrialLine[] {
  const runOf = measuringRuns(lines);
  return currentTrials(lines).filter((line) => {
    if (!models.includes(line.row.model)) return false;
    const run = runOf(line);
    return (
      run?.experiment === experiment &&
      run.seed === seed &&
      (run.limit ?? null) === limit &&
      run.version === version
    );
  });
}

/** One sentence for each other machine that results of the report were measured on; its times are not those of the machine of the last run. */
export function machineNotes(lines: readonly JournalLine[]): string[] {
  const here = lines.findLast((line) => line.kind === 'run')?.provenance;
  const runOf = measuringRuns(lines);
  const counts = new Map<string, number>();
  for (const line of currentTrials(lines)) {
    const run = runOf(line);
    if (here === undefined || run === undefined || machineOf(run) === machineOf(here)) continue;
    counts.set(machineOf(run), (counts.get(machineOf(run)) ?? 0) + 1);
  }
  return [...counts].map(
    ([machine, count]) =>
      `${count} of the results ${count === 1 ? 'was' : 'were'} measured on another machine (${machine}): times and memory are of that one. --fresh measures all of them here.`,
  );
}

function machineOf({ cpu, cores }: Provenance): string {
  return `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

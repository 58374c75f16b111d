/** From the journal of a run to the plan that it was run by, with the real models, data and engine. */
import { TurboError } from '../errors/turbo-error.js';
import { parseExperiment } from '../experiment/load.js';
import { methods } from '../reduction/registry.js';
import { type AuditedTrial, auditable } from '../runner/audit-journal.js';
import { readJournal } from '../runner/journal.js';
import { currentTrials } from '../runner/journal-lines.js';
import type { Plan } from '../runner/plan.js';
import { withLimit } from './experiment-flags.js';
import { planLoaded } from './prepare-plan.js';

/**
 * The trials that are meant and have a result, set up as they were.
 *
 * @param only texts as `--only` takes them
 * @throws TurboError when the journal tells of no run, or everything in it was run under other circumstances
 */
export async function planOfJournal(
  folder: string,
  only: readonly string[],
  onNotice: (text: string) => void,
): Promise<{ readonly plan: Plan; readonly trials: readonly AuditedTrial[] }> {
  const { lines } = readJournal(folder);
  const run = lines.findLast((line) => line.kind === 'run');
  if (run === undefined)
    throw new TurboError('The journal does not say how its trials were run', {
      where: folder,
      next: 'turbo-bench run EXPERIMENT writes a journal that does.',
    });
  const { experimentText: text, experimentFile: file, limit, version, threads } = run.provenance;
  const experiment = parseExperiment(text, file, methods);
  const loaded = withLimit({ experiment, file, text }, limit ?? undefined);
  const { plan, selected } = await planLoaded(loaded, only, onNotice);
  const trials = auditable(selected, currentTrials(lines));
  if (trials.length === 0)
    throw new TurboError('Nothing in the journal can be set up again as it was run', {
      where: folder,
      value: { version, threads, packages: run.provenance.packages['onnxruntime-node'] },
      allowed:
        'the same version, engine, threads, models and data as in the run, and trials that did not fail',
      next: `turbo-bench run ${file} --out ${folder}, then audit again.`,
    });
  return { plan, trials };
}

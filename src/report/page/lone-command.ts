/** The command that runs one trial of a report alone, to be pasted into a shell. */
import { slugOf } from '../trial-groups.js';
import type { TrialRow } from '../trial-row.js';
import type { PageRun } from './page-data.js';

/** A fresh journal in a folder of its own: the report that names the command stays as it is. */
export function loneCommand(
  { trial, experiment }: TrialRow,
  { provenance, reproduction }: Pick<PageRun, 'provenance' | 'reproduction'>,
): string {
  const file = provenance?.experimentFile ?? `experiments/${experiment}.yaml`;
  const command = reproduction?.command ?? ['run', file];
  const limit = provenance?.limit == null ? [] : ['--limit', String(provenance.limit)];
  const folder = `reports/${slugOf(experiment) || 'trial'}-${slugOf(trial)}`;
  return [...['npx', 'turbo-bench', ...command, '--only', trial], ...[...limit, '--fresh', '--out', folder]]
    .map(quoted)
    .join(' ');
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

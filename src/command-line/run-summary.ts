/** What a run says when it ends. */
import { join } from 'node:path';
import type { RunOutcome } from '../runner/run-experiment.js';
import { counted } from './counted.js';

/** Failures that are told one by one. */
const MOST_SHOWN = 5;

export function runSummary(
  { results: all, others, kept, ran, interrupted }: RunOutcome,
  planned: number,
  folder: string,
  files: readonly string[],
  missingCharts: readonly { readonly name: string; readonly needs: string }[],
): string {
  const results = all.slice(0, all.length - others);
  const count = (status: string): number => results.filter(({ row }) => row.status === status).length;
  const bad = ['invalid', 'failed', 'skipped']
    .map((status) => ({ status, number: count(status) }))
    .filter(({ number }) => number > 0);
  const lines = [
    `${results.length} of ${counted(planned, 'trial')} ${planned === 1 ? 'has' : 'have'} a result: ${count('completed')} completed${bad.map(({ status, number }) => `, ${number} ${status}`).join('')} (${ran} run now, ${kept} kept from before).`,
  ];
  if (others > 0)
    lines.push(
      `${counted(others, 'earlier result')} of models that --only leaves out ${others === 1 ? 'stays' : 'stay'} in the report.`,
    );
  if (interrupted)
    lines.push('Stopped early. Nothing that was measured is lost: the same command goes on from here.');
  const failed = results.filter(({ row }) => row.status === 'failed');
  for (const { row } of failed.slice(0, MOST_SHOWN))
    lines.push(`Failed: ${row.trial} ${row.method}: ${row.reason}`);
  if (failed.length > MOST_SHOWN)
    lines.push(`Failed: and ${failed.length - MOST_SHOWN} more; results.csv has the reason of every one.`);
  const again = (['failed', 'invalid'] as const).filter((status) => count(status) > 0);
  if (again.length > 0)
    lines.push(
      `The same command keeps ${again.join(' and ')} trials as they are; with ${again.map((status) => `--retry-${status}`).join(' ')} it runs them again.`,
    );
  for (const { name, needs } of missingCharts)
    lines.push(`The chart ${name} was not drawn: it needs ${needs}.`);
  const shown = files.filter((file) => !/\.(vl\.json|svg)$/.test(file));
  return [...lines, 'Written:', ...shown.map((file) => `  ${join(folder, file)}`)].join('\n');
}

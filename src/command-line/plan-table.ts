/** A plan as text. */
import type { Plan, PlannedTrial } from '../runner/plan.js';
import { formatSeconds } from '../runner/remaining-time.js';
import { counted } from './counted.js';
import { textTable, withPrefix } from './text-table.js';

export function planTable(trials: readonly PlannedTrial[]): string {
  const rows = trials.map(({ id, label, samples, tokens, flopsPerSample, flopRatio, estimate }) => [
    id,
    label,
    String(samples),
    String(tokens.at(-1) ?? ''),
    withPrefix(flopsPerSample),
    `${flopRatio.toFixed(2)}×`,
    formatSeconds(estimate.seconds),
    `${withPrefix(estimate.memoryBytes)}B`,
  ]);
  const headings = ['id', 'trial', 'samples', 'tokens left', 'FLOP/sample', 'FLOP ratio', 'time', 'memory'];
  return textTable(headings, rows, [2, 3, 4, 5, 6, 7]);
}

/** Totals, and what will not go as written. */
export function planSummary(trials: readonly PlannedTrial[], plan: Plan): string {
  const seconds = trials.reduce((sum, { estimate }) => sum + estimate.seconds, 0);
  const memory = Math.max(0, ...trials.map(({ estimate }) => estimate.memoryBytes));
  const { name, device } = plan.engine;
  const threads = [...new Set(trials.map((trial) => trial.threads))];
  const threadsText = `${threads.join(' and ')} ${String(threads) === '1' ? 'thread' : 'threads'}`;
  const idsOf = new Map<string, string[]>();
  for (const { id, notes } of trials)
    for (const note of notes) idsOf.set(note, [...(idsOf.get(note) ?? []), id]);
  const notes = [...idsOf].map(([note, ids]) => `Note: ${someOf(ids)}: ${note}`);
  return [
    `${counted(trials.length, 'trial')} on ${name} (${device}, ${threadsText}): about ${formatSeconds(seconds)}, up to ${withPrefix(memory)}B of memory per process. These are rough estimates.`,
    ...plan.notices.map((notice) => `Note: ${notice}`),
    ...notes,
  ].join('\n');
}

const MOST_NAMED = 3;

function someOf(ids: readonly string[]): string {
  const others = ids.length - MOST_NAMED;
  return others > 0 ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${others} more` : ids.join(', ');
}

/** The trials of two runs, those of the same method and parameters beside each other. */
import type { TrialRow } from '../trial-row.js';

export type MatchedTrials = readonly [a: TrialRow | undefined, b: TrialRow | undefined];

/** In the order of A, then those that only B has. Of equal settings the first of A goes with the first of B. */
export function matchedTrials(a: readonly TrialRow[], b: readonly TrialRow[]): MatchedTrials[] {
  const waiting = new Map<string, TrialRow[]>();
  for (const row of b) waiting.set(settingOf(row), [...(waiting.get(settingOf(row)) ?? []), row]);
  const matched = a.map((row): MatchedTrials => [row, waiting.get(settingOf(row))?.shift()]);
  return [...matched, ...[...waiting.values()].flat().map((row): MatchedTrials => [undefined, row])];
}

function settingOf({ method, parameters }: TrialRow): string {
  const known = Object.entries(parameters).filter(([, value]) => value !== null);
  return JSON.stringify([method, known.sort(([one], [other]) => (one < other ? -1 : 1))]);
}

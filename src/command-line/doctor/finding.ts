/** What a look at the machine found: one thing, whether it can be used, why not, and what to do about it. */
import { textTable } from '../text-table.js';

/** `not available` is no fault: nothing that this machine has is missing. `broken` is something that is there and does not work. */
export type FindingState = 'ok' | 'not available' | 'broken';

export interface Finding {
  /** `engine`, `machine`, `hub`, `meter`, `place` */
  readonly area: string;
  readonly what: string;
  readonly state: FindingState;
  /** What it is, or why it cannot be used. */
  readonly detail: string;
  /** The command to run or the change to make; left out where there is nothing to do. */
  readonly next?: string;
}

export function isBroken({ state }: Finding): boolean {
  return state === 'broken';
}

/** The findings as a table, what can be done about some of them below it, and a sentence that sums up. */
export function findingsText(findings: readonly Finding[]): string {
  const table = textTable(
    ['', 'what', 'state', ''],
    findings.map(({ area, what, state, detail }) => [area, what, state, detail]),
  );
  const steps = findings
    .filter(({ state, next }) => state !== 'ok' && next !== undefined)
    .map(({ what, state, next }) => `${what} (${state}): ${next}`);
  const broken = findings.filter(isBroken).length;
  const sum = broken === 0 ? 'Nothing is broken.' : `Broken: ${broken}.`;
  return [
    table,
    ...(steps.length === 0 ? [] : [`To change that:\n${steps.map((step) => `  ${step}`).join('\n')}`]),
    sum,
  ].join('\n\n');
}

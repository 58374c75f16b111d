/** Trials without a valid result, of every model and task, each with its reason. */
import { shortModelName } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { type GroupedRun, taskText } from './chosen-groups.js';
import { element, section, withMore } from './element.js';

/** More would hide the rest of the page; the table has them all. */
const SHOWN = 8;

/** @returns undefined where every trial is valid */
export function invalidSection(
  runs: readonly GroupedRun[],
  onTrial: (trial: string) => void,
): HTMLElement | undefined {
  const bad = runs.flatMap(({ groups }) =>
    groups.flatMap((group) => {
      const name = trialNames(group.rows);
      const where = `${shortModelName(group.model)} · ${taskText(group)}`;
      return group.rows
        .filter(({ status }) => status !== 'completed')
        .map((row) => ({ row, name: name(row), where }));
    }),
  );
  if (bad.length === 0) return undefined;
  const item = ({ row, name, where }: (typeof bad)[number]): HTMLElement =>
    element(
      'li',
      {},
      element('button', { class: 'link struck', onclick: () => onTrial(row.trial) }, name),
      element('span', { class: 'quiet' }, ` ${where}`),
      element('p', {}, element('strong', {}, `${statusText(row.status)}: `), ...reasonParts(row.reason)),
    );
  return section(
    'invalid',
    'Which trials are not valid, and why?',
    element(
      'p',
      { class: 'lead' },
      'They are struck through in tables, hollow in charts, and count nowhere.',
    ),
    ...withMore(element('ul', { class: 'invalid' }), bad, SHOWN, item),
  );
}

/** What was seen, and after the first colon, quieter, what to do about it. */
function reasonParts(reason: string): (string | HTMLElement)[] {
  if (reason === '') return ['no reason was given'];
  const colon = reason.indexOf(': ');
  if (colon < 0) return [reason];
  return [`${reason.slice(0, colon)}. `, element('span', { class: 'quiet' }, reason.slice(colon + 2))];
}

/** `Not valid`, `Failed`, `Skipped`, `Valid`. */
export function statusText(status: string): string {
  const texts: Readonly<Record<string, string>> = {
    completed: 'Valid',
    invalid: 'Not valid',
    failed: 'Failed',
    skipped: 'Skipped',
  };
  return texts[status] ?? status;
}

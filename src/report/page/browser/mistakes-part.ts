/** Samples of one group that are right without merging and wrong with it. */
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import type { GroupMistakes, Mistake } from '../mistakes.js';
import { taskText } from './chosen-groups.js';
import { element, withMore } from './element.js';

/** More are behind a button. */
const SHOWN = 4;
const SHOWN_NAMES = 6;

export function mistakesPart(
  group: TrialGroup,
  { samples, count, shown }: GroupMistakes,
  prefix: string,
  onTrial: (trial: string) => void,
): HTMLElement {
  const name = trialNames(group.rows);
  const names = new Map(group.rows.map((row) => [row.trial, name(row)]));
  const counted = `${count.toLocaleString('en')} of ${samples.toLocaleString('en')} samples`;
  const variant = (trial: string): HTMLElement =>
    element('button', { class: 'link', onclick: () => onTrial(trial) }, names.get(trial) ?? trial);
  const line = ({ said, trials }: Mistake['wrong'][number]): HTMLElement => {
    const keys = trials.map((trial) => `${prefix}${trial}`);
    const others = keys.length - SHOWN_NAMES;
    return element(
      'li',
      {},
      element(
        'div',
        { class: 'who list' },
        ...keys.slice(0, SHOWN_NAMES).map(variant),
        others > 0 ? `and ${others.toLocaleString('en')} more` : undefined,
      ),
      element('p', { class: 'said' }, element('mark', {}, said)),
    );
  };
  const row = ({ sample, label, wrong }: Mistake): HTMLElement =>
    element(
      'article',
      {},
      element(
        'p',
        { class: 'expected' },
        element('code', {}, sample),
        label === '' ? undefined : element('span', {}, ' · right: ', element('strong', {}, label)),
      ),
      element('ul', { class: 'sayings' }, ...wrong.map(line)),
    );
  return element(
    'div',
    { class: 'lost-group' },
    element('h3', {}, `${shortModelName(group.model)} · ${taskText(group)}`),
    element(
      'p',
      { class: 'lead' },
      count === 0
        ? `No sample is right without merging and wrong with it (${samples.toLocaleString('en')} samples, valid trials).`
        : `${counted} are right without merging and wrong in at least one valid trial. Those that most trials miss come first.`,
    ),
    ...withMore(element('div', { class: 'mistakes' }), shown, SHOWN, row),
  );
}

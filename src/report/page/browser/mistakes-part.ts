/** Samples of one group that are right without merging and wrong with it. */
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import type { GroupMistakes, Mistake, WrongSaying } from '../mistakes.js';
import { taskText } from './chosen-groups.js';
import { element, withMore } from './element.js';

/** More are behind a button. */
const SHOWN = 4;
const SHOWN_SAYINGS = 4;
const SHOWN_NAMES = 3;

interface MistakesSetting {
  readonly pictures: Readonly<Record<string, string>>;
  /** Put before the ids of trials. */
  readonly prefix: string;
  readonly onTrial: (trial: string) => void;
}

export function mistakesPart(
  group: TrialGroup,
  { samples, count, shown }: GroupMistakes,
  { pictures, prefix, onTrial }: MistakesSetting,
): HTMLElement {
  const name = trialNames(group.rows);
  const names = new Map(group.rows.map((row) => [row.trial, name(row)]));
  const counted = `${count.toLocaleString('en')} of ${samples.toLocaleString('en')} samples`;
  const isRanked = shown.some(({ wrong }) => wrong.some(({ ranks }) => ranks !== undefined));
  const line = ({ said, trials, ranks }: WrongSaying): HTMLElement => {
    const others = trials.length - SHOWN_NAMES;
    const variants = trials.slice(0, SHOWN_NAMES).map((trial, at) => {
      const key = `${prefix}${trial}`;
      const rank = ranks?.[at];
      return element(
        'span',
        {},
        element('button', { class: 'link', onclick: () => onTrial(key) }, names.get(key) ?? key),
        rank === undefined ? undefined : ` (${rank.toLocaleString('en')})`,
      );
    });
    return element(
      'li',
      {},
      element('p', { class: 'said' }, element('mark', {}, said)),
      element(
        'div',
        { class: 'who list' },
        ...variants,
        others > 0 ? `and ${others.toLocaleString('en')} more` : undefined,
      ),
    );
  };
  const row = ({ sample, label, wrong, kept }: Mistake): HTMLElement => {
    const images = (kept?.pictures ?? []).filter((key) => Object.hasOwn(pictures, key));
    const sayings = element('ul', { class: 'sayings' });
    return element(
      'article',
      images.length === 0 ? {} : { class: images.length > 1 ? 'seen pair' : 'seen' },
      images.length === 0
        ? undefined
        : element(
            'div',
            { class: 'thumbnails' },
            ...images.map((key, at) => thumbnail(pictures[key]!, altText(sample, at, images.length))),
          ),
      element(
        'div',
        {},
        element(
          'p',
          { class: 'expected' },
          element('code', {}, sample),
          label === '' ? undefined : element('span', {}, ' · right: ', element('strong', {}, label)),
        ),
        kept?.text === undefined ? undefined : element('p', { class: 'statement' }, kept.text),
        ...withMore(sayings, wrong, SHOWN_SAYINGS, line),
      ),
    );
  };
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
      isRanked
        ? ' In brackets: the rank of the best of the picture’s own captions among all captions; rank 1 is right.'
        : undefined,
    ),
    ...withMore(element('div', { class: 'mistakes' }), shown, SHOWN, row),
  );
}

function thumbnail(base64: string, alt: string): HTMLElement {
  return element('img', { src: `data:image/jpeg;base64,${base64}`, alt });
}

/** Which picture of a sample it is. */
function altText(sample: string, at: number, count: number): string {
  if (count === 1) return `The picture of ${sample}`;
  return `The ${at === 0 ? 'left' : 'right'} picture of ${sample}`;
}
